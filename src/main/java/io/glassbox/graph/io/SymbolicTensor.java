package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.List;

import io.glassbox.graph.Tensor;

/**
 * A tensor as the code of a network handles it: the name of a value in the graph under construction, and what is known of
 * its shape.
 * <p>
 * An operator that works in place makes this object stand for another value, so that every variable that
 * holds it sees the change, as in Python. Tensors that may share memory with it (views) are stale from then on:
 * reading one is reported rather than guessed.
 * </p>
 */
final class SymbolicTensor {

	enum Kind {
			FLOAT, INTEGER, BOOLEAN
	}

	private String value;
	private Extents extents;
	private final Kind kind;

	/** The fixed elements of a parameter or other constant, or null. */
	private final Tensor constant;

	private List<SymbolicTensor> sharing = new ArrayList<>(List.of(this));
	private boolean stale;

	private SymbolicTensor(final String value, final Extents extents, final Kind kind, final Tensor constant) {
		this.value = value;
		this.extents = extents;
		this.kind = kind;
		this.constant = constant;
	}

	static SymbolicTensor constant(final Tensor tensor, final boolean truth) {
		return new SymbolicTensor(null, Extents.of(tensor.shape()), tensor.isFloat() ? Kind.FLOAT : truth ? Kind.BOOLEAN
			: Kind.INTEGER, tensor);
	}

	static SymbolicTensor computed(final String value, final Kind kind) {
		return new SymbolicTensor(value, Extents.unknown(), kind, null);
	}

	/** The name of the value, or null for a constant that has none yet. */
	String value() {
		return value;
	}

	/** Names a constant, unless it has a name. */
	void nameConstant(final String name) {
		if (value == null) value = name;
	}

	Tensor constant() {
		return constant;
	}

	boolean isConstant() {
		return constant != null;
	}

	Extents extents() {
		return extents;
	}

	Kind kind() {
		return kind;
	}

	/** Number of axes, or -1 if unknown. */
	int rank() {
		return extents.rank();
	}

	SymbolicTensor shaped(final Extents shape) {
		extents = shape;
		return this;
	}

	/** Sets the extents: Longs, Extents, or null for one of this value's own. */
	SymbolicTensor sized(final List<?> sizes) {
		final List<Object> list = new ArrayList<>();
		for (final Object size : sizes)
			list.add(size == null ? Extent.of(value, list.size()) : size);
		return shaped(Extents.of(list));
	}

	/** Makes this tensor stand for what an operator computed in its place. */
	void become(final SymbolicTensor result) {
		if (isConstant()) throw new UnsupportedConstruct("a change of a parameter or buffer in place");
		value = result.value;
		extents = result.extents;
		for (final SymbolicTensor other : sharing)
			other.stale |= other != this;
	}

	/** Notes that this tensor may share memory with another. */
	SymbolicTensor viewOf(final SymbolicTensor other) {
		if (sharing == other.sharing || other.isConstant()) return this;
		other.sharing.add(this);
		sharing = other.sharing;
		return this;
	}

	/** Another tensor with the same elements. */
	SymbolicTensor copy() {
		final SymbolicTensor copy = new SymbolicTensor(value, extents, kind, constant);
		copy.stale = stale;
		return copy;
	}

	boolean isStale() {
		return stale;
	}
}
