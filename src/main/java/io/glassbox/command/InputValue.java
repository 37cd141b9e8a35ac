package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.io.File;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.scijava.module.ModuleItem;
import org.scijava.util.Types;
import org.scijava.widget.FileWidget;

import ij.ImagePlus;

/** One input of a command: reads it from text, and says in a sentence what is wrong with a value. */
final class InputValue {

	private final ModuleItem<?> item;
	private final String key;
	private final Class<?> type;

	InputValue(final ModuleItem<?> item) {
		this.item = item;
		key = CommandInputs.key(item);
		type = Types.box(item.getType());
	}

	/** The value for the command's field, or null if a blank means that there is none; scripts write numbers for texts of digits. */
	Object convert(final Object given) {
		final Object value = given instanceof String && type != String.class ? parse(((String) given).trim())
			: isOtherNumber(given) ? parseNumber(given.toString()) : type == String.class && given instanceof Number ? given
				.toString() : given;
		return value == null ? null : check(value);
	}

	/** Scripts write 0 for 0.0, and what Groovy makes of 0.5 is a BigDecimal. */
	private boolean isOtherNumber(final Object given) {
		return given instanceof Number && Number.class.isAssignableFrom(type) && !type.isInstance(given);
	}

	/** @return the value, choices in the spelling of the command */
	Object check(final Object value) {
		if (!type.isInstance(value)) throw new GlassboxException("The option '" + key + "' takes " + expected() +
			", found " + value + ".");
		if (value instanceof Number) checkRange((Number) value);
		if (value instanceof File) checkFile((File) value);
		if (value instanceof ImagePlus) checkImage((ImagePlus) value);
		return item.getChoices() == null || item.getChoices().isEmpty() ? value : choice(value);
	}

	GlassboxException missing() {
		if (type == ImagePlus.class) return new GlassboxException(
			"There is no image open; open one, or name one with " + key + "=[title or path].");
		return new GlassboxException("The option '" + key + "' is missing; give " + key + "=" + expected() + ".");
	}

	private Object parse(final String text) {
		if (type == Boolean.class) return parseBoolean(text);
		if (Number.class.isAssignableFrom(type)) return parseNumber(text);
		if (type.isEnum()) return constant(text);
		if (type == File.class) return text.isEmpty() ? null : new File(text);
		if (type == ImagePlus.class) return text.isEmpty() ? null : Images.named(key, text);
		throw new GlassboxException("The option '" + key + "' can't be given as text, its type is " + type
			.getSimpleName() + ".");
	}

	private Boolean parseBoolean(final String text) {
		switch (text.toLowerCase(Locale.ROOT)) {
			case "true":
			case "yes":
			case "1":
				return true;
			case "false":
			case "no":
			case "0":
				return false;
			default:
				throw wrong(text);
		}
	}

	private Number parseNumber(final String text) {
		try {
			final BigDecimal number = new BigDecimal(text);
			if (type == Double.class) return finite(number.doubleValue(), text);
			if (type == Float.class) return (float) finite(number.floatValue(), text);
			if (type == Long.class) return number.longValueExact();
			if (type == Integer.class) return number.intValueExact();
			if (type == Short.class) return number.shortValueExact();
			if (type == Byte.class) return number.byteValueExact();
			return number;
		}
		catch (final NumberFormatException e) {
			throw wrong(text);
		}
		catch (final ArithmeticException e) {
			throw wrong(text);
		}
	}

	private double finite(final double value, final String text) {
		if (Double.isInfinite(value)) throw wrong(text);
		return value;
	}

	private Object constant(final String text) {
		for (final Object constant : type.getEnumConstants())
			if (((Enum<?>) constant).name().equalsIgnoreCase(text) || constant.toString().equalsIgnoreCase(text))
				return constant;
		throw new GlassboxException(Names.unknown(key, text, spelled(Arrays.asList(type.getEnumConstants()))));
	}

	private Object choice(final Object value) {
		for (final Object choice : item.getChoices())
			if (choice.equals(value)) return choice;
		for (final Object choice : item.getChoices())
			if (choice.toString().equalsIgnoreCase(value.toString().trim())) return choice;
		throw new GlassboxException(Names.unknown(key, value.toString(), spelled(item.getChoices())));
	}

	private static List<String> spelled(final List<?> choices) {
		return choices.stream().map(Object::toString).collect(Collectors.toList());
	}

	private void checkRange(final Number value) {
		final double v = value.doubleValue();
		final Object min = item.getMinimumValue();
		final Object max = item.getMaximumValue();
		final boolean low = min instanceof Number && v < ((Number) min).doubleValue();
		final boolean high = max instanceof Number && v > ((Number) max).doubleValue();
		if (!Double.isFinite(v) || low || high) throw wrong(value.toString());
	}

	private void checkFile(final File file) {
		final String style = item.getWidgetStyle() == null ? "" : item.getWidgetStyle();
		if (style.contains(FileWidget.DIRECTORY_STYLE)) {
			if (file.isFile()) throw new GlassboxException("The option '" + key + "' takes a folder, but " + file +
				" is a file.");
			return;
		}
		if (style.contains(FileWidget.SAVE_STYLE)) return;
		if (file.isDirectory() && style.contains(FileWidget.FILE_AND_DIRECTORY_STYLE)) return;
		if (file.isDirectory()) throw new GlassboxException("The option '" + key + "' takes a file, but " + file +
			" is a folder.");
		if (!file.exists()) throw new GlassboxException("There is no file " + file + " (option '" + key + "').");
	}

	/** Headless ImageJ2 may pass an image without pixels where none is open. */
	private void checkImage(final ImagePlus image) {
		if (image.getWidth() == 0 || image.getHeight() == 0) throw missing();
	}

	private GlassboxException wrong(final String found) {
		return new GlassboxException("The option '" + key + "' takes " + expected() + ", found '" + found + "'.");
	}

	private String expected() {
		if (type == Boolean.class) return "true or false";
		if (Number.class.isAssignableFrom(type)) return (type == Double.class || type == Float.class ? "a number"
			: "a whole number") + range();
		if (type == File.class) return "a path";
		if (type == ImagePlus.class) return "an image";
		return "a " + type.getSimpleName();
	}

	private String range() {
		final Object min = item.getMinimumValue();
		final Object max = item.getMaximumValue();
		if (min != null && max != null) return " from " + plain(min) + " to " + plain(max);
		if (min != null) return " of at least " + plain(min);
		return max == null ? "" : " of at most " + plain(max);
	}

	private static String plain(final Object number) {
		return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
	}
}
