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
		binary(table, "Pow", (a, b) -> as(a, JniUtils.pow(a, b)));
		Kernels.single(table, "Mod", c -> mod(c.x(), c.get(1), c.attributes().integer("fmod", 0) != 0));
		binary(table, "Equal", JniUtils::eq);
		binary(table, "Greater", JniUtils::gt);
		binary(table, "GreaterOrEqual", JniUtils::gte);
		binary(table, "Less", JniUtils::lt);
		binary(table, "LessOrEqual", JniUtils::lte);
		binary(table, "And", JniUtils::logicalAnd);
		binary(table, "Or", JniUtils::logicalOr);
		binary(table, "Xor", JniUtils::logicalXor);
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
		unary(table, "Not", JniUtils::logicalNot);
		unary(table, "IsNaN", JniUtils::isNaN);
		Kernels.single(table, "IsInf", ArithmeticKernels::isInfinite);
		Kernels.single(table, "Reciprocal", c -> JniUtils.div(c.scalar(1), c.x()));
		Kernels.single(table, "Where", c -> JniUtils.where(condition(c.x()), c.get(1), c.get(2)));
		trigonometry(table);
	}

	private static void trigonometry(final Map<String, Kernel> table) {
		unary(table, "Sin", JniUtils::sin);
		unary(table, "Cos", JniUtils::cos);
		unary(table, "Tan", JniUtils::tan);
		unary(table, "Asin", JniUtils::asin);
		unary(table, "Acos", JniUtils::acos);
		unary(table, "Atan", JniUtils::atan);
		unary(table, "Sinh", JniUtils::sinh);
		unary(table, "Cosh", JniUtils::cosh);
		unary(table, "Asinh", ArithmeticKernels::areaSine);
		unary(table, "Acosh", x -> JniUtils.log(JniUtils.add(x, JniUtils.sqrt((PtNDArray) JniUtils.square(x).sub(1)))));
		unary(table, "Atanh", x -> (PtNDArray) JniUtils.log(JniUtils.div((PtNDArray) x.add(1), (PtNDArray) x.neg().add(1)))
			.mul(0.5));
	}

	/** Of the absolute value, whose sign is put back: near minus infinity the plain formula cancels. */
	private static PtNDArray areaSine(final PtNDArray x) {
		final PtNDArray positive = (PtNDArray) x.gte(0);
		final PtNDArray size = JniUtils.where(positive, x, JniUtils.neg(x));
		final PtNDArray area = JniUtils.log(JniUtils.add(size, JniUtils.sqrt((PtNDArray) JniUtils.square(size).add(1))));
		return JniUtils.where(positive, area, JniUtils.neg(area));
	}

	private static boolean integers(final PtNDArray a) {
		return a.getDataType() == DataType.INT64;
	}

	/** In the type of an operand. */
	private static PtNDArray as(final PtNDArray operand, final PtNDArray result) {
		return operand.getDataType() == result.getDataType() ? result : JniUtils.to(result, operand.getDataType(), result
			.getDevice());
	}

	/** Fixed conditions are integers, 0 and 1. */
	private static PtNDArray condition(final PtNDArray x) {
		return x.getDataType() == DataType.BOOLEAN ? x : JniUtils.to(x, DataType.BOOLEAN, x.getDevice());
	}

	/** Integers are divided as ONNX does, towards zero; exactly up to 2 to the 53. */
	private static PtNDArray div(final PtNDArray a, final PtNDArray b) {
		if (!integers(a) || !integers(b)) return JniUtils.div(a, b);
		final PtNDArray quotient = JniUtils.div(JniUtils.to(a, DataType.FLOAT64, a.getDevice()), JniUtils.to(b,
			DataType.FLOAT64, b.getDevice()));
		return JniUtils.to(JniUtils.trunc(quotient), DataType.INT64, a.getDevice());
	}

	/** The remainder with the sign of the divisor, or with {@code fmod} that of the dividend. */
	private static PtNDArray mod(final PtNDArray a, final PtNDArray b, final boolean fmod) {
		if (!fmod) return JniUtils.remainder(a, b);
		final PtNDArray whole = integers(a) ? div(a, b) : JniUtils.trunc(JniUtils.div(a, b));
		return JniUtils.sub(a, JniUtils.mul(whole, b));
	}

	private static PtNDArray isInfinite(final Kernel.Call c) {
		final boolean positive = c.attributes().integer("detect_positive", 1) != 0;
		final boolean negative = c.attributes().integer("detect_negative", 1) != 0;
		final PtNDArray any = JniUtils.isInf(c.x());
		if (positive && negative) return any;
		final PtNDArray sided = (PtNDArray) (positive ? c.x().gt(0) : c.x().lt(0));
		return positive || negative ? JniUtils.logicalAnd(any, sided) : JniUtils.logicalXor(any, any);
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
