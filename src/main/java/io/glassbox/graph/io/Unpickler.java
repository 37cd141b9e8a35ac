package io.glassbox.graph.io;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.glassbox.graph.EngineMessage;
import io.glassbox.graph.GlassboxException;

/**
 * Reads the pickles of a TorchScript file, and nothing that could do harm.
 * <p>
 * A pickle is a program for a stack machine that may call any Python function by name. This machine
 * knows only what TorchScript writes: numbers, strings, lists, tuples, dictionaries, tensors and
 * instances of TorchScript classes. Any other name, opcode or ill-formed operand ends the reading. Lists,
 * tuples ({@link ScriptTuple}) and dictionaries become Java collections, None becomes null.
 * </p>
 */
final class Unpickler {

	/** A Python class or function named in the pickle, not looked up anywhere. */
	private record Global(String module, String name) {

		String qualified() {
			return module + "." + name;
		}

		boolean isScriptClass() {
			return module.equals("__torch__") || module.startsWith("__torch__.");
		}
	}

	/** Operations in one pickle: more than the largest networks have, few enough to hold what they make. */
	private static final int LONGEST = 1 << 21;

	/** Operations within which an instance of the module's class is made: the protocol, its name, no arguments. */
	private static final int PREAMBLE = 16;

	private final String what;
	private final ByteBuffer in;
	private final PickledTensors tensors;
	private final ArrayList<Object> stack = new ArrayList<>();
	private final Deque<Integer> marks = new ArrayDeque<>();
	private final Map<Integer, Object> memo = new HashMap<>();

	/** @param what the pickle's file and entry, for messages */
	Unpickler(final String what, final byte[] pickle, final PickledTensors tensors) {
		this.what = what;
		this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
		this.tensors = tensors;
	}

	/** @throws GlassboxException if the pickle is damaged or holds anything but plain data */
	Object read() {
		return guarded(() -> {
			for (int steps = 0; steps < LONGEST; steps++) {
				final int opcode = in.get() & 0xff;
				if (opcode == '.') return PlainData.checked(pop());
				step(opcode);
			}
			throw new IllegalArgumentException("found more than " + LONGEST + " operations");
		});
	}

	/**
	 * The class of the object that the pickle holds, which stands at its beginning: what the object consists of is not read,
	 * and may be anything.
	 *
	 * @throws GlassboxException if the pickle does not begin with an instance of a TorchScript class
	 */
	String type() {
		return guarded(() -> {
			for (int steps = 0; steps < PREAMBLE; steps++) {
				step(in.get() & 0xff);
				if (!stack.isEmpty() && stack.get(0) instanceof ScriptObject object) return object.type();
			}
			throw new IllegalArgumentException("found no module at the beginning");
		});
	}

	private <T> T guarded(final Supplier<T> reading) {
		try {
			return reading.get();
		}
		catch (final BufferUnderflowException e) {
			throw new GlassboxException(what + " is cut off after " + in.capacity() + " bytes. Save or copy the file again.",
				e);
		}
		catch (final IllegalArgumentException | ClassCastException | IndexOutOfBoundsException | ArithmeticException e) {
			throw new GlassboxException(what + " cannot be read, at byte " + in.position() + ": " + EngineMessage.of(e) +
				" Expected the plain data of a TorchScript file.", e);
		}
	}

	private void step(final int opcode) {
		switch (opcode) {
			case 0x80 -> check(in.get() <= 5, "a pickle of an unknown protocol");
			case '(' -> marks.push(stack.size());
			case '0' -> pop();
			case 'N' -> push(null);
			case 0x88 -> push(true);
			case 0x89 -> push(false);
			case 'J' -> push((long) in.getInt());
			case 'K' -> push(in.get() & 0xffL);
			case 'M' -> push(in.getShort() & 0xffffL);
			case 0x8a -> push(longOf(in.get() & 0xff));
			case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.getLong())));
			case 'X' -> push(text(in.getInt()));
			case 0x8c -> push(text(in.get() & 0xff));
			case ')' -> push(new ScriptTuple(List.of()));
			case 't' -> push(new ScriptTuple(popToMark()));
			case 0x85, 0x86, 0x87 -> push(new ScriptTuple(popMany(opcode - 0x84)));
			case ']' -> push(new ArrayList<>());
			case '}' -> push(new LinkedHashMap<>());
			case 'a' -> append(popMany(1));
			case 'e' -> append(popToMark());
			case 's' -> put(popMany(2));
			case 'u' -> put(popToMark());
			case 'c' -> push(new Global(line(), line()));
			case 'q' -> memo.put(in.get() & 0xff, top());
			case 'r' -> memo.put(in.getInt(), top());
			case 'h' -> push(recall(in.get() & 0xff));
			case 'j' -> push(recall(in.getInt()));
			case 'Q' -> push(storage(expect(ScriptTuple.class, pop())));
			case 0x81 -> push(instance(popMany(2)));
			case 'R' -> push(call(popMany(2)));
			case 'b' -> build(popMany(1).get(0));
			default -> throw new IllegalArgumentException("the pickle opcode 0x" + Integer.toHexString(opcode) +
				" is not one that TorchScript writes");
		}
	}

	// -- what is built --

	private Object instance(final List<Object> classAndArguments) {
		final Global global = expect(Global.class, classAndArguments.get(0));
		check(global.isScriptClass(), "an instance of " + global.qualified() + ", which is no TorchScript class");
		return new ScriptObject(global.qualified());
	}

	private void build(final Object state) {
		final ScriptObject object = expect(ScriptObject.class, top());
		if (state instanceof Map<?, ?> map) map.forEach((name, value) -> object.attributes().put(expect(String.class, name),
			value));
		else object.attributes().put("__setstate__", state);
	}

	private Object call(final List<Object> functionAndArguments) {
		final String function = expect(Global.class, functionAndArguments.get(0)).qualified();
		final List<Object> arguments = expect(ScriptTuple.class, functionAndArguments.get(1)).values();
		return switch (function) {
			case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" -> tensors.tensor(
				expect(PickledTensors.Storage.class, arguments.get(0)), expect(Long.class, arguments.get(1)), longs(arguments
					.get(2)), longs(arguments.get(3)));
			case "torch._utils._rebuild_parameter", "torch.jit._pickle.restore_type_tag",
					"torch.jit._pickle.build_intlist", "torch.jit._pickle.build_doublelist",
					"torch.jit._pickle.build_boollist", "torch.jit._pickle.build_tensorlist" -> arguments.get(0);
			case "collections.OrderedDict" -> new LinkedHashMap<>();
			case "torch.device" -> String.valueOf(arguments.get(0));
			default -> throw new IllegalArgumentException("a call of " + function +
				", which does not belong in a TorchScript file");
		};
	}

	private Object storage(final ScriptTuple id) {
		final List<Object> values = id.values();
		check(values.size() >= 5 && "storage".equals(values.get(0)), "an unknown kind of persistent id");
		final Global type = expect(Global.class, values.get(1));
		check(type.module().equals("torch"), "a storage of type " + type.qualified());
		return tensors.storage(type.name(), expect(String.class, values.get(2)), expect(Long.class, values.get(4)));
	}

	@SuppressWarnings("unchecked")
	private void append(final List<Object> values) {
		((List<Object>) expect(List.class, top())).addAll(values);
	}

	@SuppressWarnings("unchecked")
	private void put(final List<Object> keysAndValues) {
		final Map<Object, Object> map = (Map<Object, Object>) expect(Map.class, top());
		for (int i = 0; i < keysAndValues.size(); i += 2) {
			final Object key = keysAndValues.get(i);
			check(key instanceof String || key instanceof Number, "a dictionary whose keys are no strings or numbers");
			map.put(key, keysAndValues.get(i + 1));
		}
	}

	private static long[] longs(final Object tuple) {
		return expect(ScriptTuple.class, tuple).values().stream().mapToLong(v -> expect(Long.class, v)).toArray();
	}

	// -- the stack and the bytes --

	private void push(final Object value) {
		stack.add(value);
	}

	private Object pop() {
		return popMany(1).get(0);
	}

	private Object top() {
		return stack.get(stack.size() - 1);
	}

	private List<Object> popMany(final int count) {
		final int start = stack.size() - count;
		check(start >= (marks.isEmpty() ? 0 : marks.peek()), "an operation on too few values");
		return take(start);
	}

	private List<Object> popToMark() {
		check(!marks.isEmpty(), "an end without a beginning");
		return take(marks.pop());
	}

	private List<Object> take(final int start) {
		final List<Object> tail = stack.subList(start, stack.size());
		final List<Object> taken = new ArrayList<>(tail);
		tail.clear();
		return taken;
	}

	private Object recall(final int index) {
		check(memo.containsKey(index), "a reference to a value that was never stored");
		return memo.get(index);
	}

	private String text(final int length) {
		check(length >= 0 && length <= in.remaining(), "a string of " + length + " bytes, " + in.remaining() +
			" are left");
		final byte[] bytes = new byte[length];
		in.get(bytes);
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private String line() {
		final int start = in.position();
		while (in.get() != '\n');
		return new String(in.array(), start, in.position() - start - 1, StandardCharsets.UTF_8);
	}

	private long longOf(final int length) {
		check(length <= 8, "an integer of " + length + " bytes");
		long value = 0;
		for (int i = 0; i < length; i++)
			value |= (in.get() & 0xffL) << 8 * i;
		return length == 0 || length == 8 ? value : value << 64 - 8 * length >> 64 - 8 * length;
	}

	/** A value of the kind that belongs there; None is of none. */
	private static <T> T expect(final Class<T> kind, final Object value) {
		check(kind.isInstance(value), (value == null ? "None" : "a " + value.getClass().getSimpleName()) + " where a " + kind
			.getSimpleName() + " belongs,");
		return kind.cast(value);
	}

	private static void check(final boolean expected, final String found) {
		if (!expected) throw new IllegalArgumentException("found " + found);
	}
}
