package io.glassbox.graph.io;

import io.glassbox.graph.io.SymbolicTensor.Kind;

/** PyTorch's numbers for element types (c10/core/ScalarType.h), reduced to the three kinds that Glassbox keeps apart. */
final class TorchTypes {

	private static final long FLOAT16 = 5;
	private static final long FLOAT32 = 6;
	private static final long FLOAT64 = 7;
	private static final long INT64 = 4;
	private static final long BOOL = 11;
	private static final long BFLOAT16 = 15;

	private TorchTypes() {}

	/** @throws UnsupportedConstruct if there are no such elements in a graph: complex, quantised */
	static Kind kind(final long type) {
		if (type >= FLOAT16 && type <= FLOAT64 || type == BFLOAT16) return Kind.FLOAT;
		if (type >= 0 && type <= INT64) return Kind.INTEGER;
		if (type == BOOL) return Kind.BOOLEAN;
		throw new UnsupportedConstruct(type >= 12 && type <= 14 ? "quantised tensors" : "elements of PyTorch's type number " +
			type);
	}

	/** The kind that an argument {@code dtype} names. */
	static Kind kind(final Object type, final Kind absent) {
		return type instanceof Long n ? kind(n.longValue()) : absent;
	}

	static long number(final Kind kind) {
		return switch (kind) {
			case FLOAT -> FLOAT32;
			case INTEGER -> INT64;
			case BOOLEAN -> BOOL;
		};
	}
}
