package io.glassbox.model;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.Opening;

import org.scijava.app.StatusService;
import org.scijava.log.LogService;
import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.prefs.PrefService;
import org.scijava.script.ScriptService;
import org.scijava.service.AbstractService;
import org.scijava.service.SciJavaService;
import org.scijava.service.Service;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The networks that are loaded, shared by all commands of one ImageJ: asked for by file, kept until memory
 * is needed.
 * <p>
 * This is the {@link ModelCache} with ImageJ around it: its settings are remembered, the user is told when memory
 * runs out, and it ends with the context. Each context has its own.
 * </p>
 */
@Plugin(type = Service.class)
public class ModelManager extends AbstractService implements SciJavaService {

	private static final String DEVICE = "device";
	private static final String CPU_BUDGET = "cpuBudget";
	private static final String GPU_BUDGET = "gpuBudget";
	private static final String BLACK_BOXES = "blackBoxes";

	@Parameter
	private PrefService prefs;

	@Parameter
	private LogService log;

	@Parameter
	private StatusService status;

	@Parameter
	private ScriptService scripts;

	private final MemoryBudget budget = new MemoryBudget();
	private ModelCache cache;
	private MemoryPolicy policy;
	private volatile boolean noBlackBoxesHere;

	@Override
	public void initialize() {
		budget.setCpu(prefs.getLong(ModelManager.class, CPU_BUDGET, 0));
		budget.setGpu(prefs.getLong(ModelManager.class, GPU_BUDGET, 0));
		use((file, device, use) -> ScriptedFunction.is(file, scripts) ? ScriptedFunction.open(file, scripts, use, blackBoxes())
			: ModelFile.open(file, device, new Opening(use.inputSize(), blackBoxes(), use.axes(), use.scores())), new Devices());
	}

	/** Starts with an empty cache on other loaders and devices. */
	final void use(final ModelLoader loader, final Devices devices) {
		cache = new ModelCache(loader, devices::resolve, budget, InstantSource.system());
		policy = new MemoryPolicy(cache, devices, this::tell);
	}

	private void tell(final String message) {
		log.warn(message);
		status.showStatus(message);
	}

	/**
	 * A network on the device of the settings, loaded if need be; close the lease when done with it.
	 *
	 * @throws GlassboxException if the file is not there or cannot be loaded, or there is no such device
	 */
	public Lease acquire(final Path file) {
		return acquire(file, device());
	}

	/** A network on a certain device, like {@link #acquire(Path)}. */
	public Lease acquire(final Path file, final DeviceChoice device) {
		return acquire(file, device, List.of());
	}

	/**
	 * A network on a certain device for images of a certain size, like {@link #acquire(Path)}; of a
	 * folder or zip, the one it holds.
	 *
	 * @param inputSize {@code [height, width]} or {@code [depth, height, width]}, which files are read for whose code
	 *          decides by it; empty if nobody says
	 */
	public Lease acquire(final Path file, final DeviceChoice device, final List<Integer> inputSize) {
		return acquire(file, device, inputSize, Understanding.of(file).description());
	}

	/**
	 * Like {@link #acquire(Path, DeviceChoice, List)}, where the model's description is to be another than what lies beside
	 * it says.
	 */
	public Lease acquire(final Path file, final DeviceChoice device, final List<Integer> inputSize,
		final ModelDescription description)
	{
		final ModelPackage pack = ModelPackage.of(file);
		pack.verify();
		if (!blackBoxes()) cache.unloadBlackBoxes();
		return policy.acquire(pack.model(), device, ModelUse.of(inputSize, description));
	}

	/** What is loaded, most recently used first. */
	public List<ModelCache.Entry> list() {
		return cache.list();
	}

	/**
	 * Unloads a file; if it is in use, when that ends.
	 *
	 * @return whether it was loaded
	 */
	public boolean unload(final Path file) {
		return cache.unload(ModelPackage.of(file).model());
	}

	/** Unloads everything; what is in use, when that ends. */
	public void unloadAll() {
		cache.unloadAll();
	}

	/** Where networks run unless a command says otherwise; automatic at first. */
	public DeviceChoice device() {
		return DeviceChoice.parse(prefs.get(ModelManager.class, DEVICE, "auto"));
	}

	/** Remembers where networks run; those that are loaded stay where they are. */
	public void setDevice(final DeviceChoice device) {
		prefs.put(ModelManager.class, DEVICE, device.toString());
	}

	/** Bytes that networks on the CPU may take. */
	public long cpuBudget() {
		return budget.applyAsLong(Device.cpu());
	}

	/** Remembers how many bytes networks on the CPU may take, 0 for automatic, and unloads what is too much. */
	public void setCpuBudget(final long bytes) {
		budget.setCpu(checked(bytes));
		prefs.put(ModelManager.class, CPU_BUDGET, bytes);
		cache.trim();
	}

	/** Remembers how many bytes networks on each GPU may take, 0 for automatic, and unloads what is too much. */
	public void setGpuBudget(final long bytes) {
		budget.setGpu(checked(bytes));
		prefs.put(ModelManager.class, GPU_BUDGET, bytes);
		cache.trim();
	}

	private static long checked(final long bytes) {
		if (bytes < 0) throw new GlassboxException("A memory budget is a number of bytes, or 0 for automatic, found " +
			bytes + ".");
		return bytes;
	}

	/** Whether files that cannot be read as a graph may be run unseen by the engine they were made for; at first they may. */
	public boolean blackBoxes() {
		return !noBlackBoxesHere && prefs.getBoolean(ModelManager.class, BLACK_BOXES, true);
	}

	/** Remembers whether black boxes may run; those that are loaded are unloaded if not, or when their use ends. */
	public void setBlackBoxes(final boolean allowed) {
		prefs.put(ModelManager.class, BLACK_BOXES, allowed);
		if (!allowed) cache.unloadBlackBoxes();
	}

	/** Lets no black box run until the context ends, whatever is remembered, which stays as it is. */
	public void forbidBlackBoxesHere() {
		noBlackBoxesHere = true;
		cache.unloadBlackBoxes();
	}

	/** What users chose for each model file. */
	public RememberedSettings remembered() {
		return new RememberedSettings() {

			@Override
			public Map<String, String> get(final Path model) {
				final Map<String, String> choices = prefs.getMap(ModelManager.class, key(model));
				return choices == null ? Map.of() : Map.copyOf(choices);
			}

			@Override
			public void put(final Path model, final Map<String, String> choices) {
				prefs.remove(ModelManager.class, key(model));
				prefs.put(ModelManager.class, key(model), choices);
			}
		};
	}

	/** A short name for a path of any length: preferences take no more than 80 characters. */
	private static String key(final Path model) {
		return "model-" + UUID.nameUUIDFromBytes(ModelKey.realPath(model).toString().getBytes(StandardCharsets.UTF_8));
	}

	@Override
	public void dispose() {
		cache.close();
	}
}
