package io.glassbox.fuzz;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

import io.glassbox.graph.Kernels;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Damage to the parsed message of an ONNX file: any field of any message, and what makes a graph a graph. */
final class OnnxStructure {

	private static final List<String> OPERATORS = List.copyOf(Kernels.types());
	private static final List<String> MORE = List.of("Loop", "If", "Scan", "NonZero", "TopK", "OneHot", "Range",
		"ScatterND", "RandomNormal", "GridSample", "RoiAlign", "Einsum", "LSTM", "Constant", "EyeLike", "Mod", "Attention");
	private static final List<String> NAMES = List.of("axis", "axes", "perm", "strides", "pads", "dilations", "group",
		"kernel_shape", "output_padding", "output_shape", "blocksize", "mode", "to", "epsilon", "alpha", "auto_pad",
		"ceil_mode", "keepdims", "num_groups", "size", "value", "allowzero", "count_include_pad", "num_outputs", "split");

	private final ModelProto.Builder model;
	private final GraphProto.Builder graph;
	private final SplittableRandom random;

	private OnnxStructure(final ModelProto sound, final SplittableRandom random) {
		model = sound.toBuilder();
		graph = model.getGraphBuilder();
		this.random = random;
	}

	static byte[] damaged(final byte[] sound, final SplittableRandom random) {
		try {
			final OnnxStructure s = new OnnxStructure(ModelProto.parseFrom(sound), random);
			for (int i = random.nextInt(1, 4); i > 0; i--)
				s.once();
			return s.model.build().toByteArray();
		}
		catch (final InvalidProtocolBufferException e) {
			throw new IllegalStateException("A seed is not sound", e);
		}
	}

	private void once() {
		if (graph.getNodeCount() == 0) return;
		switch (random.nextInt(12)) {
			case 0, 1 -> field();
			case 2 -> rewire();
			case 3 -> operator();
			case 4, 5 -> attribute();
			case 6, 7 -> numbers();
			case 8 -> dimensions();
			case 9 -> nodes();
			case 10 -> {
				if (graph.getOutputCount() > 0) nested();
			}
			default -> inserted();
		}
	}

	private NodeProto.Builder node() {
		return graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
	}

	private String value() {
		final List<String> names = new ArrayList<>(List.of("", "nowhere", "input"));
		graph.getNodeList().forEach(n -> names.addAll(n.getOutputList()));
		graph.getInitializerList().forEach(t -> names.add(t.getName()));
		return names.get(random.nextInt(names.size()));
	}

	/** An operand from anywhere, its own result included: cycles and wrong types. */
	private void rewire() {
		final NodeProto.Builder n = node();
		if (n.getInputCount() == 0 || random.nextInt(4) == 0) n.addInput(value());
		else if (random.nextInt(6) == 0) n.setOutput(0, value());
		else n.setInput(random.nextInt(n.getInputCount()), value());
	}

	private void operator() {
		final List<String> types = random.nextInt(4) == 0 ? MORE : OPERATORS;
		node().setOpType(types.get(random.nextInt(types.size())));
	}

	private void attribute() {
		final NodeProto.Builder n = node();
		if (n.getAttributeCount() > 0 && random.nextInt(3) > 0) change(n.getAttributeBuilder(random.nextInt(n
			.getAttributeCount())));
		else change(n.addAttributeBuilder().setName(NAMES.get(random.nextInt(NAMES.size()))).setType(AttributeProto.AttributeType
			.forNumber(random.nextInt(1, 9))));
	}

	private void change(final AttributeProto.Builder a) {
		switch (random.nextInt(5)) {
			case 0 -> a.setType(AttributeProto.AttributeType.forNumber(random.nextInt(1, 12)));
			case 1 -> a.addInts(Mutations.oddLong(random));
			case 2 -> a.setF((float) Mutations.oddDouble(random)).setS(ByteString.copyFromUtf8("linear"));
			default -> {
				a.setI(Mutations.oddLong(random));
				for (int i = 0; i < a.getIntsCount(); i++)
					if (random.nextBoolean()) a.setInts(i, Mutations.oddLong(random));
				if (a.getIntsCount() == 0 && a.getType() == AttributeProto.AttributeType.INTS) a.addInts(Mutations.oddLong(
					random)).addInts(2);
			}
		}
	}

	/** Integers in constants, on which shapes depend. */
	private void numbers() {
		final List<TensorProto.Builder> tensors = new ArrayList<>(graph.getInitializerBuilderList());
		graph.getNodeBuilderList().forEach(n -> n.getAttributeBuilderList().stream().filter(AttributeProto.Builder::hasT)
			.forEach(a -> tensors.add(a.getTBuilder())));
		final List<TensorProto.Builder> whole = tensors.stream().filter(t -> t.getDataType() == 7 && t.getRawData()
			.size() >= 8).toList();
		final List<TensorProto.Builder> from = whole.isEmpty() || random.nextInt(5) == 0 ? tensors : whole;
		if (from.isEmpty()) return;
		final TensorProto.Builder t = from.get(random.nextInt(from.size()));
		final byte[] raw = t.getRawData().toByteArray();
		if (raw.length < 8) return;
		final ByteBuffer b = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
		final int at = 8 * random.nextInt(raw.length / 8);
		if (t.getDataType() == 7) b.putLong(at, Mutations.oddLong(random));
		else b.putFloat(at, (float) Mutations.oddDouble(random));
		t.setRawData(ByteString.copyFrom(raw));
	}

	private void dimensions() {
		if (random.nextInt(3) == 0) {
			if (graph.getInputCount() == 0) return;
			final var shape = graph.getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
			if (shape.getDimCount() > 0) shape.getDimBuilder(random.nextInt(shape.getDimCount())).setDimValue(Mutations
				.oddLong(random));
			return;
		}
		if (graph.getInitializerCount() == 0) return;
		final TensorProto.Builder t = graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
		if (t.getDimsCount() == 0 || random.nextInt(4) == 0) t.addDims(random.nextInt(2) == 0 ? 1 : Mutations.oddLong(random));
		else t.setDims(random.nextInt(t.getDimsCount()), Mutations.oddLong(random));
	}

	private void nodes() {
		final int i = random.nextInt(graph.getNodeCount());
		final int j = random.nextInt(graph.getNodeCount());
		final NodeProto a = graph.getNode(i);
		switch (random.nextInt(3)) {
			case 0 -> graph.removeNode(i);
			case 1 -> graph.addNode(j, a);
			default -> graph.setNode(i, graph.getNode(j)).setNode(j, a);
		}
	}

	/** The graph in an attribute of one of its own nodes, several times in one another. */
	private void nested() {
		final int depth = random.nextInt(4) == 0 ? 120 : random.nextInt(1, 4);
		GraphProto inner = GraphProto.newBuilder().addNode(graph.getNode(0)).addOutput(graph.getOutput(0)).build();
		for (int i = 0; i < depth; i++)
			inner = GraphProto.newBuilder().addNode(NodeProto.newBuilder().setOpType("If").addInput(value()).addOutput("output")
				.addAttribute(AttributeProto.newBuilder().setName("then_branch").setType(AttributeProto.AttributeType.GRAPH).setG(
					inner)).addAttribute(AttributeProto.newBuilder().setName("else_branch").setType(AttributeProto.AttributeType.GRAPH)
						.setG(GraphProto.getDefaultInstance()))).build();
		node().setOpType(random.nextBoolean() ? "If" : "Loop").addAttribute(AttributeProto.newBuilder().setName("then_branch")
			.setType(AttributeProto.AttributeType.GRAPH).setG(inner));
	}

	/** A node that makes much of little, between a value and its readers. */
	private void inserted() {
		final List<String> large = List.of("Expand", "Tile", "ConstantOfShape", "Pad", "Reshape", "Resize", "Range", "MatMul",
			"Concat", "Gather", "Upsample", "ConvTranspose", "OneHot", "Slice", "Split", "TopK", "Div", "Mod", "CumSum");
		final NodeProto.Builder reader = node();
		if (reader.getInputCount() == 0) return;
		final int at = random.nextInt(reader.getInputCount());
		final String shape = "odd" + random.nextInt(1 << 30);
		final int n = random.nextInt(1, 6);
		final TensorProto.Builder odd = TensorProto.newBuilder().setName(shape).setDataType(random.nextInt(5) == 0 ? 1 : 7)
			.addDims(n);
		for (int i = 0; i < n; i++)
			if (odd.getDataType() == 1) odd.addFloatData((float) Mutations.oddDouble(random));
			else odd.addInt64Data(random.nextInt(3) > 0 ? random.nextInt(1, 5000) : Mutations.oddLong(random));
		graph.addInitializer(odd);
		final NodeProto.Builder made = NodeProto.newBuilder().setOpType(large.get(random.nextInt(large.size()))).setName(
			shape).addOutput(shape + ".out");
		if (!made.getOpType().equals("ConstantOfShape")) made.addInput(reader.getInput(at));
		made.addInput(shape);
		if (random.nextInt(3) == 0) made.addInput(shape);
		final int where = graph.getNodeBuilderList().indexOf(reader);
		reader.setInput(at, shape + ".out");
		graph.addNode(Math.max(0, where), made);
	}

	// -- any field --

	private void field() {
		Message.Builder m = model;
		while (true) {
			final List<Message.Builder> inner = new ArrayList<>();
			for (final FieldDescriptor f : m.getAllFields().keySet()) {
				if (f.getJavaType() != FieldDescriptor.JavaType.MESSAGE) continue;
				if (!f.isRepeated()) inner.add(m.getFieldBuilder(f));
				else if (m.getRepeatedFieldCount(f) > 0) inner.add(m.getRepeatedFieldBuilder(f, random.nextInt(m
					.getRepeatedFieldCount(f))));
			}
			if (inner.isEmpty() || random.nextInt(6) == 0) break;
			m = inner.get(random.nextInt(inner.size()));
		}
		final List<FieldDescriptor> fields = List.copyOf(random.nextInt(4) == 0 ? m.getDescriptorForType().getFields() : m
			.getAllFields().keySet());
		if (!fields.isEmpty()) change(m, fields.get(random.nextInt(fields.size())));
	}

	private void change(final Message.Builder m, final FieldDescriptor f) {
		if (f.getJavaType() == FieldDescriptor.JavaType.MESSAGE || random.nextInt(5) == 0) {
			if (f.isRepeated() && m.getRepeatedFieldCount(f) > 0 && random.nextBoolean()) m.addRepeatedField(f, m
				.getRepeatedField(f, random.nextInt(m.getRepeatedFieldCount(f))));
			else m.clearField(f);
		}
		else if (!f.isRepeated()) m.setField(f, scalar(f));
		else if (m.getRepeatedFieldCount(f) == 0 || random.nextInt(3) == 0) m.addRepeatedField(f, scalar(f));
		else m.setRepeatedField(f, random.nextInt(m.getRepeatedFieldCount(f)), scalar(f));
	}

	private Object scalar(final FieldDescriptor f) {
		return switch (f.getJavaType()) {
			case INT -> (int) Mutations.oddLong(random);
			case LONG -> Mutations.oddLong(random);
			case FLOAT -> (float) Mutations.oddDouble(random);
			case DOUBLE -> Mutations.oddDouble(random);
			case BOOLEAN -> random.nextBoolean();
			case STRING -> random.nextInt(4) == 0 ? "x".repeat(random.nextInt(1 << 16)) : value();
			case BYTE_STRING -> ByteString.copyFrom(new byte[random.nextInt(100)]);
			case ENUM -> enumValue(f);
			case MESSAGE -> throw new IllegalArgumentException(f.getName());
		};
	}

	private EnumValueDescriptor enumValue(final FieldDescriptor f) {
		return f.getEnumType().getValues().get(random.nextInt(f.getEnumType().getValues().size()));
	}
}
