package io.glassbox.graph;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A backward pass that goes through some operators by rules and through the stretches between them by libtorch.
 * <p>
 * In the forward pass, libtorch's record starts anew at each result of an operator with a rule, and at the cuts of
 * {@link Stretches}. The backward pass walks the nodes from last to first. What arrives at such a result, by libtorch or by
 * rules, is complete when the walk comes to it, since all that reads it lies behind. It is then handed to the rule, or to
 * libtorch for the stretch before it.
 * </p>
 */
final class RuledRecording implements Recording {

	private final TorchProgram program;
	private final Map<String, Rule> rules;
	private final boolean[] wanted;
	private final boolean[] cuts;
	private final boolean[] roots;

	/** Where libtorch's record starts, and the same values as the end of the stretch before. */
	private final PtNDArray[] leaves;
	private final PtNDArray[] ends;

	/** What rules and the target gave to each root so far. */
	private final PtNDArray[] given;

	/**
	 * @param wanted names of values to differentiate by
	 * @param rules by id of the node
	 */
	RuledRecording(final TorchProgram program, final Collection<String> wanted, final Map<String, Rule> rules) {
		this.program = program;
		this.rules = rules;
		this.wanted = new boolean[program.size()];
		cuts = new boolean[program.size()];
		roots = new boolean[program.size()];
		leaves = new PtNDArray[program.size()];
		ends = new PtNDArray[program.size()];
		given = new PtNDArray[program.size()];
		final Stretches stretches = program.stretches(rules.keySet(), wanted);
		stretches.cuts().forEach(v -> cuts[program.slot(v)] = true);
		stretches.roots().forEach(v -> roots[program.slot(v)] = true);
		wanted.stream().filter(program::has).forEach(v -> this.wanted[program.slot(v)] = true);
		for (final TorchProgram.Step step : program.steps()) {
			if (!isRuled(step)) continue;
			if (step.out().length != 1 || step.out()[0] < 0) throw new GlassboxException("There is a rule for " + step.node()
				.label() + " (" + step.node().op().type() + "), which has " + step.out().length +
				" results; a rule is for operators with one.");
			roots[step.out()[0]] = true;
			for (final int in : step.in())
				if (in >= 0) roots[in] = true;
		}
	}

	@Override
	public boolean isOn() {
		return true;
	}

	@Override
	public boolean keeps(final int slot) {
		return wanted[slot] || roots[slot];
	}

	@Override
	public boolean isRuled(final TorchProgram.Step step) {
		return rules.containsKey(step.node().id());
	}

	@Override
	public boolean begins(final int slot, final boolean inner) {
		return wanted[slot] || cuts[slot] && inner;
	}

	@Override
	public PtNDArray begin(final TorchPass pass, final int slot, final PtNDArray value, final boolean inner) {
		if (inner) ends[slot] = value;
		return leaf(pass, slot, value);
	}

	private PtNDArray leaf(final TorchPass pass, final int slot, final PtNDArray value) {
		leaves[slot] = pass.hold(JniUtils.detachGradient(value));
		JniUtils.attachGradient(leaves[slot], true);
		return leaves[slot];
	}

	@Override
	public PtNDArray ruled(final TorchPass pass, final int slot, final PtNDArray value) {
		return leaf(pass, slot, value);
	}

	@Override
	public void backward(final TorchPass pass, final List<Tensor> seeds) {
		for (int i = 0; i < seeds.size(); i++) {
			final int output = program.slot(program.network().outputs().get(i).name());
			if (seeds.get(i) != null && pass.isRecorded(output)) give(pass, output, pass.array(seeds.get(i)));
		}
		final List<TorchProgram.Step> steps = program.steps();
		for (int i = steps.size() - 1; i >= 0; i--) {
			TorchPass.checkCancelled();
			if (isRuled(steps.get(i))) byRule(pass, steps.get(i));
			else for (final int out : steps.get(i).out())
				if (out >= 0 && roots[out] && pass.isRecorded(out)) natively(pass, out);
		}
	}

	/** The stretch that ends in a value. */
	private void natively(final TorchPass pass, final int slot) {
		final PtNDArray end = leaves[slot] == null ? pass.value(slot) : ends[slot];
		if (end == null) return; // nothing before it is asked for
		final PtNDArray relevance = gradient(pass, slot);
		if (relevance != null) JniUtils.backward(end, relevance, true, false);
	}

	private void byRule(final TorchPass pass, final TorchProgram.Step step) {
		final int out = step.out()[0];
		if (!pass.isRecorded(out)) return;
		final PtNDArray relevance = gradient(pass, out);
		if (relevance == null) return;
		Torch.withGradients(false, () -> {
			try (NDScope temporaries = new NDScope()) {
				final NDArray[] passed = rules.get(step.node().id()).backward(new RuleStep(pass, step), relevance);
				for (int i = 0; i < Math.min(passed.length, step.in().length); i++)
					if (passed[i] != null && step.in()[i] >= 0 && pass.isRecorded(step.in()[i])) give(pass, step.in()[i], checked(
						step, i, pass, (PtNDArray) passed[i]));
			}
			catch (final GlassboxException e) {
				throw e;
			}
			catch (final RuntimeException e) {
				throw new GlassboxException("The rule for " + pass.describe(step) + " failed: " + EngineMessage.of(e), e);
			}
			return null;
		});
	}

	private static PtNDArray checked(final TorchProgram.Step step, final int i, final TorchPass pass,
		final PtNDArray relevance)
	{
		final PtNDArray operand = pass.value(step.in()[i]);
		if (!relevance.getShape().equals(operand.getShape())) throw new GlassboxException("The rule for " + step.node()
			.label() + " (" + step.node().op().type() + ") gives operand " + i + " relevance of shape " + relevance.getShape() +
			"; expected that of the operand, " + operand.getShape() + ".");
		return relevance;
	}

	private void give(final TorchPass pass, final int slot, final PtNDArray relevance) {
		given[slot] = pass.hold(given[slot] == null ? relevance : JniUtils.add(given[slot], relevance));
	}

	/** What arrived at a value, from rules, the target and libtorch; null if nothing did. */
	@Override
	public PtNDArray gradient(final TorchPass pass, final int slot) {
		final PtNDArray natural = leaves[slot] == null ? null : JniUtils.getGradient(leaves[slot]);
		if (natural == null || given[slot] == null) return natural == null ? given[slot] : natural;
		return JniUtils.add(natural, given[slot]);
	}

	/** What the forward pass left behind at a step. */
	private record RuleStep(TorchPass pass, TorchProgram.Step step) implements Rule.Step {

		@Override
		public Node node() {
			return step.node();
		}

		@Override
		public NDArray operand(final int i) {
			return i < step.in().length && step.in()[i] >= 0 ? pass.value(step.in()[i]) : null;
		}

		@Override
		public NDArray result() {
			return pass.value(step.out()[0]);
		}

		@Override
		public boolean wants(final int i) {
			return i < step.in().length && step.in()[i] >= 0 && pass.isRecorded(step.in()[i]);
		}

		@Override
		public NDArray forward(final NDArray... operands) {
			return forward(Arrays.stream(operands).map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
		}

		private PtNDArray forward(final PtNDArray[] operands) {
			return step.kernel().forward(new Kernel.Call(step.node().op(), operands, 1, pass.scope()))[0];
		}

		@Override
		public NDArray[] derivative(final NDArray seed, final NDArray... operands) {
			final PtNDArray[] at = new PtNDArray[operands.length];
			for (int i = 0; i < at.length; i++) {
				if (operands[i] == null) continue;
				at[i] = JniUtils.detachGradient((PtNDArray) operands[i]);
				if (wants(i)) JniUtils.attachGradient(at[i], true);
			}
			return Torch.withGradients(true, () -> {
				JniUtils.backward(forward(at), (PtNDArray) seed, false, false);
				final NDArray[] gradients = new NDArray[at.length];
				for (int i = 0; i < at.length; i++)
					if (at[i] != null && wants(i)) gradients[i] = JniUtils.getGradient(at[i]);
				return gradients;
			});
		}
	}
}
