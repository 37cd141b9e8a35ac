package io.glassbox.command.bridge;

import io.glassbox.command.CommandInputs;
import io.glassbox.command.Commands;

import java.awt.Checkbox;
import java.awt.Choice;
import java.awt.TextArea;
import java.awt.TextField;
import java.io.File;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Vector;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.scijava.command.CommandInfo;
import org.scijava.module.MethodCallException;
import org.scijava.module.Module;
import org.scijava.module.ModuleItem;
import org.scijava.util.Types;
import org.scijava.widget.FileWidget;
import org.scijava.widget.NumberWidget;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.plugin.frame.Recorder;

/**
 * ImageJ's own dialog, made from what a command takes.
 * <p>
 * It hands on what was typed as text; what the text means is settled where a macro's options are read. It
 * records field names and their values as Fiji does ({@code relu=false}, not a missing word), whatever the
 * labels say, so that a recorded line runs in both.
 * </p>
 */
final class InputDialog {

	private static final int MOST_DIGITS = 6;
	private static final int REPORT_ROWS = 11;
	private static final int REPORT_COLUMNS = 76;

	/** How a field's widget is read and set. */
	private record Field(Supplier<Object> get, Consumer<String> set) {}

	private final Module module;
	private final GenericDialog dialog;
	private final FormLayout form;
	private final Map<String, Field> fields = new LinkedHashMap<>();
	private final Map<ModuleItem<?>, Consumer<String>> reports = new LinkedHashMap<>();

	/**
	 * @param module asked what else changes when an input changes, if it has callbacks
	 * @param defaults by field name
	 */
	InputDialog(final Module module, final Map<String, Object> defaults) {
		this.module = module;
		dialog = new GenericDialog(Commands.label((CommandInfo) module.getInfo()).replace("...", ""));
		final List<ModuleItem<?>> ordered = InputOrder.of(module.getInfo());
		form = new FormLayout(dialog, ordered.stream().anyMatch(InputOrder::isHeading));
		for (final ModuleItem<?> item : ordered)
			add(item, InputOrder.isHeading(item) ? item.getValue(module) : defaults.get(item.getName()));
		dialog.addHelp(InputHelp.html(ordered));
	}

	private List<ModuleItem<?>> items() {
		return CommandInputs.of(module.getInfo()).items();
	}

	/** @return what was chosen, by key; nothing if the dialog was cancelled */
	Optional<Map<String, ?>> ask() {
		if (!fields.isEmpty()) {
			dialog.showDialog();
			if (dialog.wasCanceled()) {
				Recorder.disableCommandRecording();
				return Optional.empty();
			}
		}
		final Map<String, Object> chosen = new LinkedHashMap<>();
		fields.forEach((key, field) -> {
			final Object value = field.get().get();
			if (value != null) chosen.put(key, value);
		});
		if (IJ.recording()) chosen.forEach(InputDialog::record);
		return Optional.of(chosen);
	}

	private void add(final ModuleItem<?> item, final Object value) {
		final Class<?> type = Types.box(item.getType());
		final String label = InputOrder.label(item);
		final String text = value == null ? "" : value.toString();
		if (InputOrder.isReport(item)) addReport(item, text);
		else if (InputOrder.isHeading(item)) form.heading(text);
		else if (InputOrder.isButton(item)) form.button(() -> dialog.addButton(label, e -> press(item)));
		else if (ImagePlus.class.equals(type)) addImage(item, label, (ImagePlus) value);
		else if (type == Boolean.class) addSwitch(item, label, Boolean.TRUE.equals(value));
		else if (type.isEnum()) addChoice(item, label, List.of(type.getEnumConstants()), text);
		else if (item.getChoices() != null && !item.getChoices().isEmpty()) addChoice(item, label, item.getChoices(),
			text);
		else if (Number.class.isAssignableFrom(type)) addNumber(item, label, value);
		else addText(item, label, text);
	}

	/** Lines to read; they are no input and not recorded. */
	private void addReport(final ModuleItem<?> item, final String text) {
		form.block(() -> dialog.addTextAreas(plain(text), null, REPORT_ROWS, REPORT_COLUMNS));
		final TextArea area = dialog.getTextArea1();
		area.setEditable(false);
		reports.put(item, shown -> {
			area.setText(plain(shown));
			area.setCaretPosition(0);
		});
	}

	/** Messages are HTML, as Fiji shows them. */
	private static String plain(final String html) {
		return html.replace("<br>", "\n").replaceAll("<[^>]*>", "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;",
			"&");
	}

	private void addSwitch(final ModuleItem<?> item, final String label, final boolean value) {
		form.narrow(() -> dialog.addCheckbox(label, value));
		final Checkbox box = (Checkbox) last(dialog.getCheckboxes());
		fields.put(CommandInputs.key(item), new Field(() -> Boolean.toString(box.getState()), text -> box.setState(Boolean
			.parseBoolean(text))));
	}

	private void addChoice(final ModuleItem<?> item, final String label, final List<?> choices, final String value) {
		form.narrow(() -> dialog.addChoice(label, choices.stream().map(Object::toString).toArray(String[]::new), value));
		final Choice choice = (Choice) last(dialog.getChoices());
		fields.put(CommandInputs.key(item), new Field(choice::getSelectedItem, choice::select));
	}

	private void addNumber(final ModuleItem<?> item, final String label, final Object value) {
		final double number = value == null ? 0 : ((Number) value).doubleValue();
		final String style = item.getWidgetStyle();
		if (style != null && style.contains(NumberWidget.SLIDER_STYLE) && item.getMinimumValue() != null && item
			.getMaximumValue() != null) form.wide(() -> dialog.addSlider(label, ((Number) item.getMinimumValue())
				.doubleValue(), ((Number) item.getMaximumValue()).doubleValue(), number, step(item)));
		else form.narrow(() -> dialog.addNumericField(label, number, digits(number)));
		final TextField field = (TextField) last(dialog.getNumericFields());
		fields.put(CommandInputs.key(item), new Field(field::getText, field::setText));
	}

	private static double step(final ModuleItem<?> item) {
		return item.getStepSize() == null || item.getStepSize().doubleValue() <= 0 ? 1 : item.getStepSize().doubleValue();
	}

	/** Enough decimals to show the number as it is; negative asks ImageJ for powers of ten. */
	private static int digits(final double number) {
		final int scale = Math.max(0, BigDecimal.valueOf(number).stripTrailingZeros().scale());
		return scale > MOST_DIGITS ? -MOST_DIGITS : scale;
	}

	private void addText(final ModuleItem<?> item, final String label, final String value) {
		final String style = item.getWidgetStyle() == null ? "" : item.getWidgetStyle();
		final boolean file = File.class.equals(item.getType());
		if (file && style.contains(FileWidget.DIRECTORY_STYLE)) form.wide(() -> dialog.addDirectoryField(label, value, form
			.columns()));
		else if (file) form.wide(() -> dialog.addFileField(label, value, form.columns()));
		else form.text(InputOrder.isShort(item), columns -> dialog.addStringField(label, value, columns));
		final TextField field = (TextField) last(dialog.getStringFields());
		fields.put(CommandInputs.key(item), new Field(field::getText, field::setText));
		if (file && item.getCallback() != null && !item.getCallback().isEmpty()) field.addTextListener(e -> callBack(item,
			field.getText()));
	}

	/** A button is pressed: the command sees what was typed so far, and fields that it sets are shown. */
	private void press(final ModuleItem<?> button) {
		for (final ModuleItem<?> item : items())
			if (item.getType() == String.class && fields.containsKey(CommandInputs.key(item))) module.setInput(item.getName(),
				fields.get(CommandInputs.key(item)).get().get());
		final Map<String, Object> before = module.getInputs();
		call(button);
		show(button, before);
	}

	/** Another file was named: fields that the command sets in turn are shown. What the person typed stays otherwise. */
	private void callBack(final ModuleItem<?> changed, final String path) {
		final Map<String, Object> before = module.getInputs();
		module.setInput(changed.getName(), new File(path));
		call(changed);
		show(changed, before);
	}

	/** What the command has set other than before. */
	private void show(final ModuleItem<?> changed, final Map<String, Object> before) {
		for (final ModuleItem<?> item : items()) {
			final Object now = item.getValue(module);
			final Field field = fields.get(CommandInputs.key(item));
			if (field != null && item != changed && now != null && !now.equals(before.get(item.getName()))) field.set().accept(
				now.toString());
		}
		reports.forEach((item, report) -> report.accept(String.valueOf(item.getValue(module))));
	}

	private void call(final ModuleItem<?> item) {
		try {
			item.callback(module);
		}
		catch (final MethodCallException e) {
			throw new IllegalStateException("The callback of " + item.getName() + " failed", e);
		}
	}

	/** A choice among the open images, if there is one to make; without, the current image is taken. */
	private void addImage(final ModuleItem<?> item, final String label, final ImagePlus current) {
		final int[] open = WindowManager.getIDList();
		final boolean optional = !item.isRequired() && !item.isAutoFill();
		if (open == null || open.length < 2 && !optional) return;
		final List<ImagePlus> images = Arrays.stream(open).mapToObj(WindowManager::getImage).collect(Collectors
			.toList());
		final Stream<String> titles = images.stream().map(ImagePlus::getTitle);
		form.wide(() -> dialog.addChoice(label, (optional ? Stream.concat(Stream.of("None"), titles) : titles).toArray(
			String[]::new), current == null ? null : current.getTitle()));
		final Choice choice = (Choice) last(dialog.getChoices());
		if (current != null) choice.select(images.indexOf(current) + (optional ? 1 : 0));
		fields.put(CommandInputs.key(item), new Field(() -> {
			final int index = choice.getSelectedIndex() - (optional ? 1 : 0);
			return index < 0 ? null : images.get(index);
		}, choice::select));
	}

	private static Object last(final Vector<?> widgets) {
		return widgets.lastElement();
	}

	private static void record(final String key, final Object value) {
		final String text = value instanceof ImagePlus ? ((ImagePlus) value).getTitle() : Recorder.fixPath(value
			.toString());
		if (!text.isEmpty()) Recorder.recordOption(key, Recorder.fixString(text));
	}
}
