package io.glassbox.graph.io;

import java.util.ArrayList;
import java.util.List;

import io.glassbox.graph.Tensor;

/**
 * A tensor as the code of a network handles it: the name of a value in the graph under construction, or fixed elements,
 * and what is known of its shape.
 * <p>
 * An operator that works in place makes this object stand for another value, so that every variable that
 * holds it sees the change, as in Python. If it is a view, the change is written into the tensor it is a view of, and
 * other views of that are cut anew when they are next read. Where a tensor may or may not share memory with
 * another ({@code reshape}, {@code contiguous}), reading it after such a change is reported rather than guessed.
 * </p>
 */
final class SymbolicTensor {

	enum Kind {
			FLOAT, INTEGER, BOOLEAN
	}

	/** How a part of a tensor is cut out of it, and written back into it. */
	interface View {

		SymbolicTensor of(SymbolicTensor whole);

		/** The whole with another part. */
		SymbolicTensor written(SymbolicTensor whole, SymbolicTensor part);
	}

	/** All of a tensor. */
	static final View ALL = new View() {

		@Override
		public SymbolicTensor of(final SymbolicTensor whole) {
			return whole;
		}

		@Override
		public SymbolicTensor written(final SymbolicTensor whole, final SymbolicTensor part) {
			return part;
		}
	};

	private String value;
	private Extents extents;
	private Kind kind;

	/** The fixed elements of a parameter or other constant, or null. */
	private Tensor constant;

	/** Whether this is a parameter or buffer of the file. */
	private final boolean stored;

	/** The tensor this is a view of, or null. */
	private SymbolicTensor whole;

	/** How it is one, or null if that is not known. */
	private View view;

	/** Counts the changes of the tensor that is no view; and those this one has seen. */
	private int changes;
	private int seen;

	private SymbolicTensor(final String value, final Extents extents, final Kind kind, final Tensor constant,
		final boolean stored)
	{
		this.value = value;
		this.extents = extents;
		this.kind = kind;
		this.constant = constant;
		this.stored = stored;
	}

	/** A parameter or buffer, which no code may change. */
	static SymbolicTensor stored(final Tensor tensor, final boolean truth) {
		return new SymbolicTensor(null, Extents.of(tensor.shape()), kind(tensor, truth), tensor, true);
	}

	static SymbolicTensor constant(final Tensor tensor, final boolean truth) {
		return constant(tensor, kind(tensor, truth));
	}

	static SymbolicTensor constant(final Tensor tensor, final Kind kind) {
		return new SymbolicTensor(null, Extents.of(tensor.shape()), kind, tensor, false);
	}

	private static Kind kind(final Tensor tensor, final boolean truth) {
		return tensor.isFloat() ? Kind.FLOAT : truth ? Kind.BOOLEAN : Kind.INTEGER;
	}

	static SymbolicTensor computed(final String value, final Kind kind) {
		return new SymbolicTensor(value, Extents.unknown(), kind, null, false);
	}

	/** The name of the value, or null for a constant that has none yet. */
	String value() {
		refresh();
		return value;
	}

	/** Names a constant, unless it has a name. */
	void nameConstant(final String name) {
		if (value == null) value = name;
	}

	Tensor constant() {
		refresh();
		return constant;
	}

	boolean isConstant() {
		return constant() != null;
	}

	Extents extents() {
		return extents;
	}

	Kind kind() {
		return kind;
	}

	boolean isFloat() {
		return kind == Kind.FLOAT;
	}

	/** Number of axes, or -1 if unknown. */
	int rank() {
		return extents.rank();
	}

	SymbolicTensor shaped(final Extents shape) {
		if (constant == null) extents = shape;
		return this;
	}

	/** Sets the extents: Longs, Extents, or null for one of this value's own. */
	SymbolicTensor sized(final List<?> sizes) {
		final List<Object> list = new ArrayList<>();
		for (final Object size : sizes)
			list.add(size == null ? Extent.of(value, list.size()) : size);
		return shaped(Extents.of(list));
	}

	/** Another tensor with the same elements. */
	SymbolicTensor copy() {
		refresh();
		return new SymbolicTensor(value, extents, kind, constant, false);
	}

	// -- memory that is shared --

	/** Notes that this tensor may share memory with another, in a way that is not known. */
	SymbolicTensor viewOf(final SymbolicTensor other) {
		return viewOf(other, null);
	}

	/** Notes that this tensor shares memory with another. */
	SymbolicTensor viewOf(final SymbolicTensor other, final View how) {
		if (this == other || whole != null) return this;
		whole = other;
		view = how;
		seen = root().changes;
		return this;
	}

	private SymbolicTensor root() {
		SymbolicTensor t = this;
		while (t.whole != null)
			t = t.whole;
		return t;
	}

	/** Makes this tensor, and what it is a view of, stand for what an operator computed in its place. */
	void become(final SymbolicTensor result) {
		final SymbolicTensor root = root();
		if (root.stored) throw new UnsupportedConstruct("a change of a parameter or buffer in place");
		refresh();
		take(result);
		final List<SymbolicTensor> changed = new ArrayList<>(List.of(this));
		for (SymbolicTensor part = this; part.whole != null && part.view != null; part = part.whole) {
			part.whole.refresh();
			part.whole.take(part.view.written(part.whole, part));
			changed.add(part.whole);
		}
		root.changes++;
		changed.forEach(t -> t.seen = root.changes);
	}

	private void take(final SymbolicTensor other) {
		value = other.value();
		constant = other.constant();
		extents = other.extents;
		kind = other.kind;
	}

	/** Cuts this view out of its whole again, if that has changed since. */
	private void refresh() {
		if (whole == null && seen == changes) return;
		final SymbolicTensor root = root();
		if (seen == root.changes) return;
		if (view == null) throw new UnsupportedConstruct("a tensor whose memory was changed through another view of it");
		take(view.of(whole));
		seen = root.changes;
	}

	/** Whether it was changed in a way that cannot be followed. */
	boolean isStale() {
		return seen != root().changes && (view == null || whole.isStale());
	}
}
