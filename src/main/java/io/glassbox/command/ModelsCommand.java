package io.glassbox.command;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;
import io.glassbox.model.DeviceChoice;
import io.glassbox.model.ModelCache;
import io.glassbox.model.ModelManager;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import org.scijava.ItemIO;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;

import ij.IJ;
import ij.measure.ResultsTable;

/** Lists the networks that are loaded and what each costs; unloads some or all. */
@Plugin(type = org.scijava.command.Command.class, label = "Models...", menuPath = "Plugins>Glassbox>Models...",
	description = "Lists the networks that are loaded; unloads some or all.")
public class ModelsCommand extends GlassboxCommand {

	private static final String KEEP = "keep";
	private static final String ALLOW = "allow";
	private static final String FORBID = "forbid";
	private static final double MEBIBYTE = 1 << 20;
	private static final DateTimeFormatter LOCAL_TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId
		.systemDefault());

	@Parameter
	private ModelManager models;

	@Parameter(label = "Unload (name or all)", persist = false,
		description = "Name of the network to unload, 'all', or empty to list only.")
	private String unload = "";

	@Parameter(label = "Device", persist = false,
		description = "Where networks run from now on: auto, cpu, gpu or gpu:1; keep leaves it.")
	private String device = KEEP;

	@Parameter(label = "CPU memory (MiB)", persist = false, min = "-1",
		description = "What loaded networks may take of the memory; 0 for automatic, -1 leaves it.")
	private long cpumemory = -1;

	@Parameter(label = "GPU memory (MiB)", persist = false, min = "-1",
		description = "What loaded networks may take of each GPU; 0 for automatic, -1 leaves it.")
	private long gpumemory = -1;

	@Parameter(label = "Black boxes", persist = false, choices = { KEEP, ALLOW, FORBID },
		description = "Whether files that cannot be read as a graph may run unseen from now on; keep leaves it.")
	private String blackboxes = KEEP;

	@Parameter(type = ItemIO.OUTPUT, label = "Models")
	private String summary;

	@Override
	protected void execute() {
		if (!device.trim().equalsIgnoreCase(KEEP)) models.setDevice(DeviceChoice.parse(device));
		if (cpumemory >= 0) models.setCpuBudget(cpumemory << 20);
		if (gpumemory >= 0) models.setGpuBudget(gpumemory << 20);
		if (!blackboxes.equals(KEEP)) models.setBlackBoxes(blackboxes.equals(ALLOW));
		final String wanted = unload.trim();
		if (wanted.equalsIgnoreCase("all")) models.unloadAll();
		else if (!wanted.isEmpty()) unload(wanted);
		final List<ModelCache.Entry> entries = models.list();
		summary = entries.isEmpty() ? "No network is loaded." : entries.stream().map(ModelsCommand::line).collect(Collectors
			.joining("\n"));
		if (!models.blackBoxes()) summary += "\nBlack boxes are forbidden.";
		if (IJ.getInstance() != null) table(entries).show("Models");
	}

	private void unload(final String name) {
		final List<ModelCache.Entry> entries = models.list();
		final List<ModelCache.Entry> named = entries.stream().filter(e -> e.name().equals(name) || e.path().toString()
			.equals(name)).toList();
		if (named.isEmpty()) throw new GlassboxException(Names.unknown("loaded network", name, entries.stream().map(
			ModelCache.Entry::name).toList()));
		named.forEach(e -> models.unload(e.path()));
	}

	private static String line(final ModelCache.Entry e) {
		return String.format(Locale.ROOT, "%s: %s, %s, %.1f MiB, used %d times, last %s%s", e.name(), e.format(), e
			.device(), e.bytes() / MEBIBYTE, e.timesUsed(), LOCAL_TIME.format(e.lastUsed()), e.inUse() ? ", in use" : "");
	}

	private static ResultsTable table(final List<ModelCache.Entry> entries) {
		final ResultsTable table = new ResultsTable();
		for (final ModelCache.Entry e : entries) {
			table.addRow();
			table.addValue("Name", e.name());
			table.addValue("Format", e.format());
			table.addValue("Device", e.device());
			table.addValue("MiB", e.bytes() / MEBIBYTE);
			table.addValue("Times used", e.timesUsed());
			table.addValue("Last used", LOCAL_TIME.format(e.lastUsed()));
			table.addValue("In use", e.inUse() ? "yes" : "no");
			table.addValue("File", e.path().toString());
		}
		return table;
	}
}
