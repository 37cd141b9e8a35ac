package io.glassbox.command;

import io.glassbox.explain.Explainer;
import io.glassbox.graph.GlassboxException;
import io.glassbox.image.LayerStyle;
import io.glassbox.image.Luts;
import io.glassbox.model.InputSettings;
import io.glassbox.model.ModelManager;
import io.glassbox.perturb.Segmentation;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.scijava.ItemIO;
import org.scijava.ItemVisibility;
import org.scijava.command.CommandService;
import org.scijava.plugin.Parameter;
import org.scijava.widget.FileWidget;

import ij.IJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.macro.Interpreter;
import ij.plugin.frame.RoiManager;

/**
 * What every method of explanation inherits its dialog from: image, network and target in; heatmap, layer
 * and ROIs out.
 * <p>
 * A method extends this with its own settings as fields and says how they make its explainer. Nothing
 * else: borrowing the network, preparing the image, drawing and writing happen here.
 * </p>
 */
public abstract class ExplainCommand extends GlassboxCommand {

	/** Leaves a choice to Glassbox or to the model's description. */
	protected static final String AUTO = "auto";

	/** What may be given as a model. */
	/** What the setting means that tells how an image is cut. */
	public static final String SEGMENTS_HELP = "How the image is cut: slic, watershed, hexagons or grid, and about how many " +
		"segments, 'slic 50'; or felzenszwalb or quickshift; with settings, 'slic 50 compactness=10 sigma=1'; or rois (of the ROI " +
		"Manager), a file of ROIs, or a label image.";

	static final String MODEL_HELP = "ONNX or TorchScript file, or a folder or zip package with one (bioimage.io, MONAI, " +
		"DJL, Hugging Face).";

	/** Stands above the settings that say how an image becomes the network's input. */
	static final String INPUT_HEADING = "Input of the network (auto: as its description says)";

	@Parameter
	private GlassboxService glassbox;

	@Parameter
	private ModelManager models;

	@Parameter
	private CommandService commands;

	@Parameter(label = "Image", required = false, description = "The image to explain; it is not altered.")
	private ImagePlus image;

	@Parameter(label = "Model", required = false, persist = false, callback = "modelChosen",
		style = FileWidget.FILE_AND_DIRECTORY_STYLE, description = MODEL_HELP)
	private File model;

	@Parameter(label = "Target", persist = false,
		description = "top, a class index or name, or 'one - other'; several with semicolons between, or 'top 5'; of a network that " +
			"detects these are boxes.")
	private String target = "top";

	@Parameter(label = "Region", persist = false, columns = 10, description = "For networks that score every pixel, where the target is " +
		"summed up: auto (its predicted pixels), all, roi, x,y, or a mask image.")
	private String region = AUTO;

	@Parameter(label = "Region's scores", persist = false, choices = { "sum", "mean" },
		visibility = ItemVisibility.INVISIBLE, description = "Whether the scores of a region are added up or averaged.")
	private String pool = "sum";

	@Parameter(label = "Box", persist = false, columns = 10, description = "For networks that detect: auto (at the selection, else the " +
		"highest scoring), top, roi, or a box's number.")
	private String box = AUTO;

	@Parameter(label = "Score", persist = false, choices = { ExplainRequest.LOGIT, ExplainRequest.PROBABILITY },
		description = "Explain the score before a softmax or sigmoid, which is what papers do, or the probability.")
	private String score = ExplainRequest.LOGIT;

	@Parameter(label = "Slices", persist = false, choices = { "current", "all" },
		description = "Which slices of a stack a 2D network explains.")
	private String slices = "current";

	@Parameter(label = "Blocks", persist = false, visibility = ItemVisibility.INVISIBLE,
		description = "How an image is seen that is too large for the network: auto (in overlapping blocks if it is fully " +
			"convolutional, else resized), off, or the size of blocks, 256x256 or 32x256x256.")
	private String blocks = AUTO;

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private String inputheading = INPUT_HEADING;

	@Parameter(label = "Input size", persist = false,
		description = "Size the network takes, 224x224 or DxHxW; auto as its description or file says.")
	private String inputsize = AUTO;

	@Parameter(label = "Channels", persist = false, description = "Channels the network takes; auto as it says.")
	private String channels = AUTO;

	@Parameter(label = "Resize", persist = false, choices = { AUTO, "stretch", "crop", "letterbox" },
		description = "How an image of other proportions is fitted.")
	private String resize = AUTO;

	@Parameter(label = "Values", persist = false,
		description = "type (the image type's full range), display, percentile or raw.")
	private String values = AUTO;

	@Parameter(label = "Normalization", persist = false,
		description = "unit, signed, imagenet, zscore, raw, or means / standard deviations.")
	private String normalization = AUTO;

	@Parameter(label = "Other inputs", required = false, persist = false, description = "What the network takes beside the image: " +
		"clinical=0.2, 1, -3; prior=prior.tif (numbers, a .npy file, an image).")
	private String inputs = "";

	@Parameter(label = "Device", persist = false, description = "auto, cpu, gpu or gpu:1.")
	private String device = AUTO;

	@Parameter(visibility = ItemVisibility.MESSAGE, required = false, persist = false)
	private String resultheading = "Result";

	@Parameter(label = "Lookup table", persist = false, choices = { AUTO, "viridis", "magma", "inferno", "turbo",
		"diverging" }, description = "Colours of the layer.")
	private String lut = AUTO;

	@Parameter(label = "Opacity", persist = false, min = "0", max = "1", stepSize = "0.05",
		description = "Opacity of the layer where relevance is strongest.")
	private double opacity = 0.5;

	@Parameter(label = "Threshold", persist = false, min = "0", max = "1", stepSize = "0.05",
		description = "Relevance below this fraction of the strongest is not shown in the layer.")
	private double threshold = 0.15;

	@Parameter(label = "Clip at %", persist = false, min = "1", max = "100", stepSize = "1",
		description = "For display only: colours end at the relevance that so many percent of the pixels do not exceed, so that a few " +
			"extreme ones do not leave the rest pale; 100 for the whole range.")
	private double clip = 100;

	@Parameter(label = "Views", persist = false, visibility = ItemVisibility.INVISIBLE, choices = { "none", "orthogonal",
		"projection", "both" }, description = "Pictures of a stack as a whole: cuts along three planes through the strongest " +
			"relevance, and a projection along z.")
	private String views = "none";

	@Parameter(label = "ROIs and table", persist = false,
		description = "Add the regions that hold the most relevance to the ROI Manager, with a table.")
	private boolean rois = true;

	@Parameter(label = "Output folder", required = false, persist = false, style = "directory",
		description = "Folder to write heatmap, overlay, ROIs, table and record to; none if empty.")
	private File out;

	@Parameter(type = ItemIO.OUTPUT, label = "Heatmap")
	private ImagePlus heatmap;

	@Parameter(type = ItemIO.OUTPUT, label = "Summary")
	private String summary;

	/** Not a setting: what settings mean that speak of images. */
	private ImageSettings images = ImageSettings.OF_TENSORS;

	/** The explainer with the settings in this command's fields. */
	protected abstract Explainer explainer();

	/** The explainer, where settings may speak of images. */
	final Explainer explainer(final ImageSettings meant) {
		images = meant;
		return explainer();
	}

	/**
	 * Another method's explainer, for a method that is made of others.
	 *
	 * @param settings as people write them, with semicolons between: {@code layer=layer4; relu=false}; they may name image files
	 * @throws GlassboxException if there is no such setting, or it does not take this value
	 */
	protected final Explainer explainer(final Method method, final String settings) {
		final Map<String, String> given = new LinkedHashMap<>();
		for (final String part : settings == null ? new String[0] : settings.split(";")) {
			if (part.isBlank()) continue;
			final int equals = part.indexOf('=');
			if (equals < 0) throw new GlassboxException("The setting '" + part.trim() + "' of " + method.name() +
				" has no value; write name=value, with semicolons between.");
			given.put(part.substring(0, equals).trim(), part.substring(equals + 1).trim());
		}
		return method.explainer(given, images);
	}

	/** For a method that has a baseline, or several. */
	protected final BaselineFiles baselines() {
		return new BaselineFiles(images.files());
	}

	/**
	 * For a method that speaks of segments.
	 *
	 * @param text as people write it: {@code slic 50}, {@code rois}, a label image
	 * @throws GlassboxException if it is no segmentation
	 */
	protected final Segmentation segmentation(final String text) {
		return images.segments().apply(text);
	}

	/** Whether a field is one that all methods share, rather than a setting of one method. */
	static boolean shares(final String field) {
		return Arrays.stream(ExplainCommand.class.getDeclaredFields()).anyMatch(f -> f.getName().equals(field)) || Arrays
			.stream(GlassboxCommand.class.getDeclaredFields()).anyMatch(f -> f.getName().equals(field));
	}

	@Override
	protected final void execute() {
		requireImage(image);
		final Path file = modelFile(model);
		final Views pictures = Views.parse(views);
		final Method method = Method.of(getContext(), commands.getCommand(getClass()));
		final InputSettings input = new InputSettings(inputsize, channels, resize, values, normalization);
		final GrowingHeatmap growing = new GrowingHeatmap(GrowingHeatmap.PAUSE_MILLIS, clip, ImagePlus::show);
		final boolean watched = IJ.getInstance() != null && Interpreter.getInstance() == null;
		final List<Explanation> all = glassbox.explainAll(image, new ExplainRequest(method, file, target, region, ExplainRequest
			.mean(pool), box, ExplainRequest.probability(score), slices.equals("all") ? ExplainRequest.Slices.ALL
				: ExplainRequest.Slices.CURRENT, blocks, pictures, device, input, inputs, method.valuesOf(this), progress(), watched ? growing
					: soFar -> {}));
		growing.finished();
		if (out != null) all.forEach(e -> e.write(out.toPath(), style(e), pictures));
		all.forEach(e -> e.addTo(image, style(e)));
		heatmap = all.get(0).heatmap(style(all.get(0)).clip());
		summary = all.stream().map(Explanation::summary).collect(Collectors.joining("\n\n"));
		if (IJ.getInstance() != null) {
			image.updateAndDraw();
			all.stream().skip(1).forEach(e -> e.heatmap(style(e).clip()).show());
			all.forEach(e -> show(e, pictures));
		}
		if (IJ.getInstance() != null && Interpreter.getInstance() == null) models.remembered().put(file, input.asMap());
	}

	/** What there is beside heatmap and layer. */
	private void show(final Explanation e, final Views pictures) {
		final String title = e.heatmap().getTitle();
		e.otherTables().forEach((name, table) -> table.show("Contribution of " + name));
		e.bars().ifPresent(bars -> new ImagePlus("Values of " + title, bars).show());
		e.others().plots().forEach(ImagePlus::show);
		e.otherHeatmaps().values().forEach(ImagePlus::show);
		e.errorHeatmap().ifPresent(ImagePlus::show);
		e.trees().forEach((name, picture) -> new ImagePlus(title + ", " + name, picture).show());
		pictures.of(e, style(e)).forEach((name, picture) -> new ImagePlus(title + ", " + name, picture).show());
		if (!rois) return;
		final RoiManager manager = RoiManager.getRoiManager();
		e.rois().forEach(manager::addRoi);
		e.table().show("Regions of " + title);
	}

	/** @throws GlassboxException if none was chosen */
	static Path modelFile(final File model) {
		if (model == null || model.getPath().isBlank()) throw new GlassboxException(
			"No model was chosen: give an ONNX or TorchScript file, or a folder or zip package with one, with model=[path].");
		return model.toPath();
	}

	/** @throws GlassboxException if there is no image, or one without pixels, as a headless Fiji passes */
	static void requireImage(final ImagePlus image) {
		if (image == null || image.getWidth() == 0) throw new GlassboxException(
			"There is no image open; open one, or name one with image=[title or path].");
	}

	private LayerStyle style(final Explanation e) {
		final LayerStyle made = LayerStyle.of(e.map());
		final String colours = lut.equals("diverging") ? Luts.DIVERGING : lut.equals(AUTO) ? made.lut() : lut;
		return new LayerStyle(colours, opacity, threshold, clip);
	}

	/**
	 * Lets the person pick layers of the model from a list, for a method that has a layer.
	 *
	 * @param chosen the setting so far
	 * @return the setting from now on; as it was if the person cancelled or there is no model yet
	 */
	protected final String chooseLayer(final String chosen) {
		if (model == null || !model.isFile()) {
			IJ.showStatus("Choose a model first");
			return chosen;
		}
		final Path file = model.toPath();
		return LayerDialog.choose("Layers of " + file.getFileName(), () -> glassbox.layers(file, new InputSettings(inputsize,
			channels, resize, values, normalization).asMap()), chosen == null ? AUTO : chosen).orElse(chosen);
	}

	/** Draws segments over the image, for a method that speaks of them; says what is missing if it can't. */
	protected final void previewSegments(final String text) {
		try {
			final ImagePlus shown = image == null ? WindowManager.getCurrentImage() : image; // a dialog takes the image when it is done
			requireImage(shown);
			final int count = glassbox.previewSegments(shown, modelFile(model), text, new InputSettings(inputsize, channels, resize,
				values, normalization).asMap(), inputs);
			shown.updateAndDraw();
			IJ.showStatus(count + " segments");
		}
		catch (final GlassboxException e) {
			IJ.error("Segments", e.getMessage());
		}
	}

	/** What was last chosen for a model comes back when the model is chosen, for the person to see and change. */
	void modelChosen() {
		if (model == null || !model.exists()) return;
		final InputSettings last = InputSettings.of(models.remembered().get(model.toPath()));
		inputsize = last.inputSize();
		channels = last.channels();
		resize = last.resize();
		values = last.values();
		normalization = last.normalization();
	}
}
