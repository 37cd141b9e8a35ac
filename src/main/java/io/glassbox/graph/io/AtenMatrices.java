package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

import io.glassbox.graph.Operator;
import io.glassbox.graph.io.SymbolicTensor.Kind;

/** What multiplies matrices: linear layers, products, sums over named axes, and weights normalised as they are used. */
final class AtenMatrices {

	private AtenMatrices() {}

	static void addTo(final Map<String, AtenOperators.Translation> table) {
		table.put("linear", (a, g) -> linear(g, a.tensor(0), a.tensor(1), a.optionalTensor(2)));
		table.put("matmul", (a, g) -> matmul(g, a.tensor(0), a.tensor(1)));
		for (final String same : List.of("mm", "bmm", "mv", "dot", "inner", "linalg_matmul"))
			table.put(same, table.get("matmul"));
		table.put("addmm", AtenMatrices::addmm);
		for (final String sum : List.of("baddbmm", "addmv"))
			table.put(sum, (a, g) -> added(a, g, matmul(g, a.tensor(1), a.tensor(2))));
		table.put("addbmm", (a, g) -> added(a, g, AtenReduction.reduced(g, "ReduceSum", matmul(g, a.tensor(1), a.tensor(2)),
			new long[] { 0 }, false)));
		table.put("outer", (a, g) -> g.binary("Mul", AtenShape.unsqueeze(g, a.tensor(0), 1), AtenShape.unsqueeze(g, a.tensor(
			1), 0)));
		table.put("chain_matmul", (a, g) -> a.list(0).stream().map(SymbolicTensor.class::cast).reduce((p, q) -> matmul(g, p,
			q)).orElseThrow());
		table.put("linalg_multi_dot", table.get("chain_matmul"));
		table.put("einsum", (a, g) -> einsum(g, a.string(0, ""), a.list(1).stream().map(SymbolicTensor.class::cast)
			.toList()));
		table.put("cosine_similarity", AtenMatrices::cosine);
		table.put("pairwise_distance", (a, g) -> AtenReduction.norm(g, g.binary("Add", g.binary("Sub", a.tensor(0), a.tensor(
			1)), GraphDraft.scalar(a.number(3, 1e-6))), a.number(2, 2), new long[] { -1 }, a.truth(4, false)));
		table.put("_weight_norm", (a, g) -> weightNorm(g, a.tensor(0), a.tensor(1), a.integer(2, 0)).get(0));
		table.put("_weight_norm_interface", (a, g) -> new ScriptTuple(List.copyOf(weightNorm(g, a.tensor(0), a.tensor(1), a
			.integer(2, 0)))));
	}

	/** {@code x * weight^T + bias} over the last axis: a Gemm for one row per sample, else a MatMul and an Add. */
	static SymbolicTensor linear(final GraphDraft g, final SymbolicTensor x, final SymbolicTensor weight,
		final SymbolicTensor bias)
	{
		if (weight.rank() == 1) return matmul(g, x, weight);
		if (weight.rank() != 2) throw new UnsupportedConstruct("linear with weights of unknown shape");
		if (x.rank() > 0 && weight.extents().get(1) instanceof Long in) x.extents().learn(x.rank() - 1, in);
		if (x.rank() == 2) {
			checkInner(x.extents().get(1), weight.extents().get(1));
			return g.emit(Operator.of("Gemm", "transB", 1), x, weight, bias).sized(List.of(x.extents().get(0), weight.extents()
				.get(0)));
		}
		final SymbolicTensor product = matmul(g, x, g.transposed(weight));
		return bias == null ? product : g.binary("Add", product, bias).shaped(product.extents());
	}

	private static Object addmm(final Arguments a, final GraphDraft g) {
		final SymbolicTensor product = matmul(g, a.tensor(1), a.tensor(2));
		if (a.number("beta", 1) != 1 || a.number("alpha", 1) != 1) return added(a, g, product);
		return g.emit(Operator.of("Gemm"), a.tensor(1), a.tensor(2), a.tensor(0)).shaped(product.extents());
	}

	/** {@code beta * x + alpha * product}. */
	private static SymbolicTensor added(final Arguments a, final GraphDraft g, final SymbolicTensor product) {
		return g.binary("Add", scaled(g, a.tensor(0), a.number("beta", 1)), scaled(g, product, a.number("alpha", 1)));
	}

	private static SymbolicTensor scaled(final GraphDraft g, final SymbolicTensor x, final double by) {
		return by == 1 ? x : g.binary("Mul", x, GraphDraft.scalar(by));
	}

	private static void checkInner(final Object columns, final Object rows) {
		if (columns instanceof Long && rows instanceof Long && !columns.equals(rows)) throw new UnsupportedConstruct(
			"a product of matrices with " + columns + " columns and " + rows + " rows");
	}

	static SymbolicTensor matmul(final GraphDraft g, final SymbolicTensor a, final SymbolicTensor b) {
		final SymbolicTensor product = g.emit(Operator.of("MatMul"), a, b);
		if (a.rank() < 1 || b.rank() < 1) return product;
		checkInner(a.extents().get(-1), b.extents().get(b.rank() == 1 ? 0 : -2));
		final Extents batch = Extents.broadcast(leading(a), leading(b), product.value());
		final List<Object> sizes = batch.list();
		if (a.rank() > 1) sizes.add(a.extents().get(-2));
		if (b.rank() > 1) sizes.add(b.extents().get(-1));
		return product.sized(sizes);
	}

	private static Extents leading(final SymbolicTensor x) {
		return Extents.of(x.extents().list().subList(0, Math.max(0, x.rank() - 2)));
	}

	// -- sums over named axes --

	/** Two operands that share the axis summed over are a product of matrices, and become one. */
	private static SymbolicTensor einsum(final GraphDraft g, final String equation, final List<SymbolicTensor> operands) {
		final String plain = equation.replace(" ", "");
		final List<String> in = List.of(plain.split("->")[0].split(","));
		final String out = plain.contains("->") ? plain.substring(plain.indexOf("->") + 2) : implied(in);
		if (operands.size() == 2 && !plain.contains(".") && in.stream().allMatch(s -> s.chars().distinct().count() == s
			.length()))
		{
			final SymbolicTensor product = product(g, in, out, operands);
			if (product != null) return product;
		}
		final SymbolicTensor result = g.emit(Operator.of("Einsum", "equation", String.join(",", in) + "->" + out), operands
			.toArray());
		if (plain.contains(".") || operands.stream().anyMatch(t -> t.rank() < 0)) return result;
		final List<Object> sizes = new ArrayList<>();
		for (final char label : out.toCharArray())
			for (int i = 0; i < in.size(); i++)
				if (in.get(i).indexOf(label) >= 0) {
					sizes.add(operands.get(i).extents().get(in.get(i).indexOf(label)));
					break;
				}
		return result.sized(sizes);
	}

	/** The labels that occur once, in alphabetical order. */
	private static String implied(final List<String> in) {
		final String all = String.join("", in);
		return all.chars().filter(c -> c != '.' && all.indexOf(c) == all.lastIndexOf(c)).sorted().mapToObj(
			c -> String.valueOf((char) c)).collect(Collectors.joining(all.contains("...") ? "..." : "", all.contains("...")
				? "..." : "", ""));
	}

	/** As a MatMul, or null if it is none. */
	private static SymbolicTensor product(final GraphDraft g, final List<String> in, final String out,
		final List<SymbolicTensor> operands)
	{
		final Set<Integer> left = new LinkedHashSet<>();
		final Set<Integer> right = new LinkedHashSet<>();
		final Set<Integer> batch = new LinkedHashSet<>();
		final Set<Integer> summed = new LinkedHashSet<>();
		in.get(0).chars().forEach(c -> (in.get(1).indexOf(c) < 0 ? left : out.indexOf(c) < 0 ? summed : batch).add(c));
		in.get(1).chars().filter(c -> in.get(0).indexOf(c) < 0).forEach(right::add);
		final boolean kept = left.stream().allMatch(c -> out.indexOf(c) >= 0) && right.stream().allMatch(c -> out.indexOf(
			c) >= 0);
		if (!kept || summed.size() != 1 || left.size() != 1 || right.size() != 1) return null;
		final String shared = text(batch);
		final SymbolicTensor a = arranged(g, operands.get(0), in.get(0), shared + text(left) + text(summed));
		final SymbolicTensor b = arranged(g, operands.get(1), in.get(1), shared + text(summed) + text(right));
		return arranged(g, matmul(g, a, b), shared + text(left) + text(right), out);
	}

	private static String text(final Set<Integer> labels) {
		return labels.stream().map(c -> String.valueOf((char) (int) c)).collect(Collectors.joining());
	}

	private static SymbolicTensor arranged(final GraphDraft g, final SymbolicTensor x, final String from,
		final String to)
	{
		return from.equals(to) ? x : AtenShape.permute(g, x, to.chars().mapToLong(from::indexOf).toArray());
	}

	// -- normalised --

	private static Object cosine(final Arguments a, final GraphDraft g) {
		final long[] axis = { a.integer(2, 1) };
		final SymbolicTensor least = GraphDraft.scalar(a.number(3, 1e-8));
		final SymbolicTensor x = a.tensor(0);
		final SymbolicTensor y = a.tensor(1);
		final SymbolicTensor sizes = g.binary("Mul", g.binary("Max", AtenReduction.norm(g, x, 2, axis, false), least), g
			.binary("Max", AtenReduction.norm(g, y, 2, axis, false), least));
		return g.binary("Div", AtenReduction.reduced(g, "ReduceSum", g.binary("Mul", x, y), axis, false), sizes);
	}

	/** Salimans and Kingma 2016: direction times size; of fixed parameters fixed again. Weights, then the norm. */
	private static List<SymbolicTensor> weightNorm(final GraphDraft g, final SymbolicTensor v, final SymbolicTensor size,
		final long axis)
	{
		final int rank = v.rank();
		final long[] summed = LongStream.range(0, rank).filter(i -> axis == -1 || i != axis).toArray();
		final SymbolicTensor norm = AtenReduction.norm(g, v, 2, summed, true);
		return Arrays.asList(g.binary("Mul", v, g.binary("Div", g.cast(size, Kind.FLOAT), norm)), norm);
	}
}
