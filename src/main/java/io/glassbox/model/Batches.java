package io.glassbox.model;

import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Scores a large batch in several small ones. */
final class Batches {

	private Batches() {}

	/** Samples in these inputs; 1 if they cannot be divided, because they differ in number or the network fixes it. */
	static int size(final Model model, final List<Tensor> inputs) {
		final int n = inputs.isEmpty() || inputs.get(0).rank() == 0 ? 1 : inputs.get(0).size(0);
		final boolean alike = inputs.stream().allMatch(t -> t.rank() > 0 && t.size(0) == n);
		final boolean fixed = model.inputs().stream().map(Port::shape).anyMatch(s -> s != null && s.length > 0 &&
			s[0] != Port.ANY);
		return alike && !fixed ? n : 1;
	}

	/**
	 * The scores of all samples, computed {@code batch} at a time; all at once if the network's outputs do not have samples
	 * along the first axis, so that nothing says how to join them.
	 */
	static List<Tensor> score(final Model model, final List<Tensor> inputs, final int batch) {
		final int n = size(model, inputs);
		if (n <= batch) return model.score(inputs);
		final List<List<Tensor>> parts = new ArrayList<>();
		for (int i = 0; i < n; i += batch) {
			final int from = i;
			final int to = Math.min(n, i + batch);
			final List<Tensor> part = model.score(inputs.stream().map(t -> slice(t, from, to)).toList());
			if (part.stream().anyMatch(t -> t.rank() == 0 || t.size(0) != to - from)) return model.score(inputs);
			parts.add(part);
		}
		final List<Tensor> whole = new ArrayList<>();
		for (int output = 0; output < parts.get(0).size(); output++) {
			final int o = output;
			whole.add(join(parts.stream().map(p -> p.get(o)).toList()));
		}
		return whole;
	}

	private static Tensor slice(final Tensor t, final int from, final int to) {
		final int[] shape = t.shape();
		final int one = t.length() / shape[0];
		shape[0] = to - from;
		return t.isFloat() ? Tensor.of(Arrays.copyOfRange(t.floats(), from * one, to * one), shape) : Tensor.ofLongs(Arrays
			.copyOfRange(t.longs(), from * one, to * one), shape);
	}

	private static Tensor join(final List<Tensor> parts) {
		final int[] shape = parts.get(0).shape();
		shape[0] = parts.stream().mapToInt(p -> p.size(0)).sum();
		final int length = Math.toIntExact(Tensor.count(shape));
		final boolean isFloat = parts.get(0).isFloat();
		final Object all = isFloat ? new float[length] : new long[length];
		int at = 0;
		for (final Tensor p : parts) {
			System.arraycopy(isFloat ? p.floats() : p.longs(), 0, all, at, p.length());
			at += p.length();
		}
		return isFloat ? Tensor.of((float[]) all, shape) : Tensor.ofLongs((long[]) all, shape);
	}
}
