package io.glassbox.graph;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Arithmetic element by element, with broadcasting, and comparisons. */
final class ArithmeticKernels {

	private ArithmeticKernels() {}

	static void register(final Map<String, Kernel> table) {
		binary(table, "Add", JniUtils::add);
		binary(table, "Sub", JniUtils::sub);
		binary(table, "Mul", JniUtils::mul);
		binary(table, "Div", ArithmeticKernels::div);
		binary(table, "Pow", JniUtils::pow);
		binary(table, "Equal", JniUtils::eq);
		binary(table, "Greater", JniUtils::gt);
		binary(table, "GreaterOrEqual", JniUtils::gte);
		binary(table, "Less", JniUtils::lt);
		binary(table, "LessOrEqual", JniUtils::lte);
		binary(table, "And", JniUtils::logicalAnd);
		binary(table, "Or", JniUtils::logicalOr);
		variadic(table, "Sum", JniUtils::add);
		variadic(table, "Max", JniUtils::max);
		variadic(table, "Min", JniUtils::min);
		Kernels.single(table, "Mean", c -> (PtNDArray) fold(c, JniUtils::add).div(c.in().length));
		unary(table, "Neg", JniUtils::neg);
		unary(table, "Abs", JniUtils::abs);
		unary(table, "Exp", JniUtils::exp);
		unary(table, "Log", JniUtils::log);
		unary(table, "Sqrt", JniUtils::sqrt);
		unary(table, "Floor", JniUtils::floor);
		unary(table, "Ceil", JniUtils::ceil);
		unary(table, "Round", JniUtils::round);
		unary(table, "Sign", JniUtils::sign);
		unary(table, "Sin", JniUtils::sin);
		unary(table, "Cos", JniUtils::cos);
		unary(table, "Not", JniUtils::logicalNot);
		Kernels.single(table, "Reciprocal", c -> JniUtils.div(c.scalar(1), c.x()));
		Kernels.single(table, "Where", c -> JniUtils.where(c.x(), c.get(1), c.get(2)));
	}

	/** Integers are divided as ONNX does, towards zero. */
	private static PtNDArray div(final PtNDArray a, final PtNDArray b) {
		final PtNDArray quotient = JniUtils.div(a, b);
		return a.getDataType() == DataType.INT64 && b.getDataType() == DataType.INT64 ? JniUtils.to(JniUtils.trunc(
			quotient), DataType.INT64, a.getDevice()) : quotient;
	}

	private static void unary(final Map<String, Kernel> table, final String type, final UnaryOperator<PtNDArray> f) {
		Kernels.single(table, type, c -> f.apply(c.x()));
	}

	private static void binary(final Map<String, Kernel> table, final String type, final BinaryOperator<PtNDArray> f) {
		Kernels.single(table, type, c -> f.apply(c.x(), c.get(1)));
	}

	private static void variadic(final Map<String, Kernel> table, final String type, final BinaryOperator<PtNDArray> f) {
		Kernels.single(table, type, c -> fold(c, f));
	}

	private static PtNDArray fold(final Kernel.Call c, final BinaryOperator<PtNDArray> f) {
		PtNDArray result = c.x();
		for (int i = 1; i < c.in().length; i++)
			result = f.apply(result, c.get(i));
		return result;
	}
}
