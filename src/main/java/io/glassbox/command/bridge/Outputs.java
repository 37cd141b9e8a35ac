package io.glassbox.command.bridge;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import org.scijava.module.Module;
import org.scijava.module.ModuleItem;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.macro.Interpreter;
import ij.measure.ResultsTable;

/** What a command gave: shown as ImageJ shows images, tables and text, or told as lines of text. */
final class Outputs {

	private final Map<ModuleItem<?>, Object> values = new LinkedHashMap<>();

	Outputs(final Module module) {
		for (final ModuleItem<?> item : module.getInfo().outputs()) {
			final Object value = item.getValue(module);
			if (value != null) values.put(item, value);
		}
	}

	/** With a window, or for a macro in batch mode, which gets images without windows; for Java callers nothing. */
	void show() {
		if (IJ.getInstance() == null && !Interpreter.isBatchMode()) return;
		values.forEach((item, value) -> {
			if (value instanceof ImagePlus) show((ImagePlus) value);
			else if (value instanceof ResultsTable) ((ResultsTable) value).show(title(item));
			else if (IJ.getInstance() != null) IJ.log(title(item) + (value.toString().contains("\n") ? ":\n"
				: ": ") + value);
		});
	}

	private static void show(final ImagePlus image) {
		if (WindowManager.getImage(image.getID()) == null) image.show();
		else image.updateAndDraw();
	}

	private static String title(final ModuleItem<?> item) {
		return item.getLabel() == null || item.getLabel().isEmpty() ? item.getName() : item.getLabel();
	}

	/** One {@code name=value} a line; an image by its title, further lines of a value after a tab. */
	@Override
	public String toString() {
		return values.entrySet().stream().map(e -> e.getKey().getName() + "=" + text(e.getValue())).collect(Collectors
			.joining("\n"));
	}

	private static String text(final Object value) {
		if (value instanceof ImagePlus) return ((ImagePlus) value).getTitle();
		if (value instanceof ResultsTable) return table((ResultsTable) value);
		return value.toString().strip().replace("\n", "\n\t");
	}

	private static String table(final ResultsTable table) {
		final StringBuilder text = new StringBuilder(table.getColumnHeadings().strip());
		for (int row = 0; row < table.size(); row++)
			text.append("\n\t").append(table.getRowAsString(row));
		return text.toString();
	}
}
