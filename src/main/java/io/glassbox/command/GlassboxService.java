package io.glassbox.command;

import io.glassbox.explain.Area;
import io.glassbox.explain.DenseTarget;
import io.glassbox.explain.DetectorModel;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.image.Axis;
import io.glassbox.image.ImageInput;
import io.glassbox.image.LayerStyle;
import io.glassbox.image.NamedImage;
import io.glassbox.image.PixelArrays;
import io.glassbox.image.Prepared;
import io.glassbox.image.SegmentOutlines;
import io.glassbox.image.Preprocessor;
import io.glassbox.model.Corrections;
import io.glassbox.model.DeviceChoice;
import io.glassbox.model.InputSettings;
import io.glassbox.model.Lease;
import io.glassbox.model.ModelDescription;
import io.glassbox.model.ModelManager;
import io.glassbox.model.Preprocessing;
import io.glassbox.model.ScoreFunction;
import io.glassbox.model.Understanding;
import io.glassbox.perturb.Segments;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import net.imglib2.RandomAccessibleInterval;

import org.scijava.plugin.Parameter;
import org.scijava.plugin.Plugin;
import org.scijava.service.AbstractService;
import org.scijava.service.SciJavaService;
import org.scijava.service.Service;

import ij.ImagePlus;
import ij.gui.Roi;

/**
 * Glassbox for scripts: load a network, predict, explain an image.
 *
 * <pre>
 * #@ GlassboxService glassbox
 * #@ ImagePlus image
 * e = glassbox.explain(image, "mammo.onnx", "grad-cam", [target: "malignant"])
 * glassbox.overlay(image, e)
 * e.heatmap().show()
 * </pre>
 * <p>
 * Dialogs, macros and the command line come through here too, so all of them give the same answer.
 * Images are never altered; networks stay loaded for the next call.
 * </p>
 */
@Plugin(type = Service.class)
public class GlassboxService extends AbstractService implements SciJavaService {

	@Parameter
	private ModelManager models;

	// -- Networks --

	/** A network, loaded if need be; close the lease when done with it. */
	public Lease load(final String model) {
		return load(Path.of(model), "auto");
	}

	/** A network on a device: {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:1}. */
	public Lease load(final Path model, final String device) {
		return load(model, device, Map.of());
	}

	/**
	 * A network for images that are prepared in a certain way: of the size that the input settings or else the model's
	 * description tell, which some networks are read for.
	 */
	public Lease load(final Path model, final String device, final Map<String, String> input) {
		return load(model, device, preprocessing(model, input).size());
	}

	/** A network for images of a certain size, {@code [height, width]} or with depth first; empty if not known. */
	public Lease load(final Path model, final String device, final int[] inputSize) {
		return models.acquire(model, device.equalsIgnoreCase("auto") ? models.device() : DeviceChoice.parse(device), Arrays
			.stream(inputSize).boxed().toList());
	}

	/** A network for tensors: of their own size. */
	public Lease load(final Path model, final String device, final List<Tensor> inputs) {
		final int[] shape = picture(inputs).shape();
		return load(model, device, Arrays.copyOfRange(shape, Math.min(2, shape.length), shape.length));
	}

	/** What is known about a model file beside its graph: class names, what it expects of an image. */
	public ModelDescription describe(final Path model) {
		return ModelDescription.of(model);
	}

	/** How an image becomes a network's input. */
	public Preprocessing preprocessing(final Path model, final Map<String, String> input) {
		return InputSettings.of(input).applyTo(describe(model).preprocessing());
	}

	/** Everything that lies around a model file and speaks of it, and where it contradicts. */
	public Understanding understand(final Path model) {
		return Understanding.of(model);
	}

	/**
	 * Checks what a model's descriptions say, as corrected, against its network, and saves it beside the model.
	 *
	 * @param model a model file, or a folder or zip that holds one
	 * @param corrections by the keys of {@link io.glassbox.model.Corrections}: {@code inputsize}, {@code classes} …
	 * @param save whether to save it
	 * @param overwrite whether a description that says something else may be replaced
	 * @throws GlassboxException if a correction cannot be read, or the description does not fit the network
	 */
	public ModelImport importModel(final Path model, final Map<String, String> corrections, final boolean save,
		final boolean overwrite)
	{
		final Understanding understanding = understand(model);
		final ModelDescription corrected = Corrections.apply(understanding.description(), corrections, understanding.pack()
			.description());
		try (Lease lease = models.acquire(model, models.device(), Arrays.stream(corrected.preprocessing().size()).boxed()
			.toList(), corrected))
		{
			final ModelImport done = new ModelImport(understanding, corrected, lease);
			if (save) done.save(overwrite);
			return done;
		}
	}

	/**
	 * All that a network gets for an image's current slice, or for its volume.
	 *
	 * @param others what it takes besides, as in {@code clinical=0.2, 1; prior=prior.tif}; empty for nothing
	 * @throws GlassboxException if something is missing, or does not fit
	 */
	public List<Tensor> prepare(final ImagePlus image, final Path model, final Lease network,
		final Map<String, String> input, final String others)
	{
		final Understanding understanding = understand(model);
		final InputSettings settings = InputSettings.of(input);
		return others(others, network.model(), understanding, settings).with(preprocessor(understanding, settings, OtherInputs
			.image(others, network.model())).prepare(image).tensor());
	}

	static OtherInputs others(final String text, final Model model, final Understanding understanding,
		final InputSettings input)
	{
		return new OtherInputs(text, model, (image, port) -> preprocessor(understanding, input, port).prepare(image).tensor());
	}

	/** The tensor a network gets for an image's current slice, or for its volume. */
	public Tensor prepare(final ImagePlus image, final Path model, final Lease network,
		final Map<String, String> input)
	{
		return preprocessor(understand(model), InputSettings.of(input), ImageInput.likely(network.model())).prepare(image)
			.tensor();
	}

	/** @throws GlassboxException if the network does not take what a description says */
	static Preprocessor preprocessor(final Understanding understanding, final InputSettings input,
		final Port port)
	{
		final Preprocessing how = input.applyTo(understanding.settled().preprocessing());
		understanding.check(how, understanding.description().axes(), port);
		return new Preprocessor(how, port, understanding.description().isXFirst());
	}

	/** The layers of a network in the order they are computed, with what each is good for. */
	public List<LayerList.Layer> layers(final String model) {
		return layers(Path.of(model), Map.of());
	}

	/** @param input how the image becomes the network's input, for the shapes; by the keys of {@link InputSettings} */
	public List<LayerList.Layer> layers(final Path model, final Map<String, String> input) {
		try (Lease lease = models.acquire(model)) {
			return LayerList.of(lease.model(), preprocessing(model, input), describe(model).layer());
		}
	}

	/** Saves a network as ONNX with all its normalisations kept, see {@link #save(Path, Path, boolean)}. */
	public List<Path> save(final String model, final String onnx) {
		return save(Path.of(model), Path.of(onnx), false);
	}

	/**
	 * Saves a network as ONNX, opset 17, whatever file it came from, with the names of its layers; and its description
	 * beside it, if it has one and there is none yet.
	 *
	 * @param mergeBatchNorm whether batch normalisations are folded into the layers before them
	 * @return the files written, the ONNX file first
	 * @throws GlassboxException if the network opened as a black box, the file is the network's own, or cannot be written
	 */
	public List<Path> save(final Path model, final Path onnx, final boolean mergeBatchNorm) {
		return new SavedNetwork(model, describe(model)).write(onnx, () -> load(model, "cpu"), mergeBatchNorm);
	}

	// -- Prediction --

	/** What a network says of an image's current slice, or of its volume. */
	public Prediction predict(final ImagePlus image, final String model) {
		return predict(image, Path.of(model), "auto", Map.of());
	}

	/** What a network says of an ImgLib2 image of two or three spatial dimensions. */
	public Prediction predict(final RandomAccessibleInterval<?> image, final String model) {
		return predict(imagePlus(image), model);
	}

	/**
	 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:1}
	 * @param input how the image becomes the network's input, by the keys of {@link InputSettings}
	 */
	public Prediction predict(final ImagePlus image, final Path model, final String device,
		final Map<String, String> input)
	{
		return predict(image, model, device, input, "");
	}

	/** @param others what the network takes beside the image, as in {@code clinical=0.2, 1}; empty for nothing */
	public Prediction predict(final ImagePlus image, final Path model, final String device,
		final Map<String, String> input, final String others)
	{
		try (Lease lease = load(model, device, input)) {
			final Understanding understanding = understand(model);
			final InputSettings settings = InputSettings.of(input);
			final Prepared prepared = preprocessor(understanding, settings, OtherInputs.image(others, lease.model()))
				.prepare(image);
			return new Predictor(lease.model(), describe(model)).predict(others(others, lease.model(),
				understanding, settings).with(prepared.tensor()), (detector, how) -> TargetBox.reading(prepared, detector, how));
		}
	}

	/** What a network says of tensors that are exactly what it takes, for one sample; boxes are told in their pixels. */
	public Prediction predict(final List<Tensor> inputs, final Path model, final Lease network) {
		return new Predictor(network.model(), describe(model)).predict(inputs, (detector, how) -> TargetBox
			.reading(picture(inputs), detector, how));
	}

	/** A target as people write it, by the class names of a model. */
	public Target target(final String text, final Path model) {
		return target(text, model, Area.PREDICTED, false);
	}

	/**
	 * A target on tensors that are exactly what the network takes.
	 *
	 * @param region for a network that scores every place: {@code auto}, {@code all}, {@code x,y}, or a mask as {@code .npy}
	 * @param mean whether the scores are averaged over the region rather than added up
	 * @param inputs of the network, one of them an image
	 */
	public Target target(final String text, final Path model, final String region, final boolean mean,
		final List<Tensor> inputs)
	{
		if (TargetTexts.areSeveral(text)) throw new GlassboxException("Several targets, '" + text +
			"', are explained of an image; of tensors one is explained at a time.");
		return target(text, model, new TargetRegion(region).on(picture(inputs)), mean);
	}

	/**
	 * A target on tensors for a network that detects.
	 *
	 * @param box {@code auto} or {@code top} for the highest scoring, or its number
	 */
	public Target target(final String text, final Path model, final String box, final DetectorModel detector,
		final List<Tensor> inputs)
	{
		final ModelDescription description = describe(model);
		return new TargetBox(box).on(picture(inputs), text, description.classes(), detector, description.boxes());
	}

	/**
	 * A network as one that detects, if its outputs are dense boxes with class scores; empty otherwise.
	 *
	 * @param probabilities whether its scores are what a final softmax or sigmoid makes of them
	 */
	public Optional<DetectorModel> detector(final Path model, final Model network, final boolean probabilities,
		final List<Tensor> inputs)
	{
		return detector(describe(model), network, probabilities, inputs);
	}

	static Optional<DetectorModel> detector(final ModelDescription d, final Model network, final boolean probabilities,
		final List<Tensor> inputs)
	{
		return DetectorModel.of(network, probabilities, inputs, d.classes().size(), d.boxes().described(), d.boxes().objectness());
	}

	private static Tensor picture(final List<Tensor> inputs) {
		return inputs.stream().filter(t -> t.rank() >= 4).findFirst().orElse(inputs.get(0));
	}

	private Target target(final String text, final Path model, final Area area, final boolean mean) {
		return target(text, describe(model), area, mean);
	}

	static Target target(final String text, final ModelDescription description, final Area area, final boolean mean) {
		return output -> DenseTarget.of(text, description.checkedAgainst(Predictor.classes(output)).classes(), area, mean).resolve(output);
	}

	// -- Explanation --

	/** Names of all methods. */
	public List<String> methods() {
		return Method.all(getContext()).stream().map(Method::name).toList();
	}

	/**
	 * Explains an image.
	 *
	 * @param method its name, {@code grad-cam}
	 * @param options {@code target}, {@code region}, {@code pool}, {@code score}, {@code inputs} (what the network takes
	 *          besides), {@code slices}, {@code device}, the keys of {@link InputSettings}, and the method's own settings
	 * @throws GlassboxException if something does not fit; the message says what
	 */
	public Explanation explain(final ImagePlus image, final String model, final String method,
		final Map<String, ?> options)
	{
		return explain(image, ExplainRequest.of(Method.named(getContext(), method), Path.of(model), options,
			Progress.NONE));
	}

	/** Explains an ImgLib2 image of two or three spatial dimensions; pixels are shared, not copied, where types allow. */
	public Explanation explain(final RandomAccessibleInterval<?> image, final String model, final String method,
		final Map<String, ?> options)
	{
		return explain(imagePlus(image), model, method, options);
	}

	/** Explains an image as the request says, which names one target. */
	public Explanation explain(final ImagePlus image, final ExplainRequest request) {
		return one(explainAll(image, request), request.target());
	}

	private static Explanation one(final List<Explanation> all, final String target) {
		if (all.size() > 1) throw new GlassboxException("The target '" + target + "' is " + all.size() +
			" targets; scripts explain several with explainAll.");
		return all.get(0);
	}

	/**
	 * Explains several targets of an image: {@code target} is {@code top 5}, or {@code malignant; benign}. Methods that score altered
	 * copies take them once for all.
	 *
	 * @return an explanation for each target
	 */
	public List<Explanation> explainAll(final ImagePlus image, final String model, final String method,
		final Map<String, ?> options)
	{
		return explainAll(image, ExplainRequest.of(Method.named(getContext(), method), Path.of(model), options, Progress.NONE));
	}

	/** Explains several targets of an image as the request says. */
	public List<Explanation> explainAll(final ImagePlus image, final ExplainRequest request) {
		return ImageExplanation.all(image, request, understand(request.model()), () -> load(request.model(), request.device(), request.input()
			.asMap()));
	}

	/**
	 * Explains what a function says of an image, which answers for a network that lives elsewhere.
	 *
	 * @param method one that needs nothing but scores: {@code lime}, {@code shap}, {@code rise}, {@code occlusion}, {@code feature-ablation}
	 * @param options as of a model's file, and {@code classes}, the names of the scores: a list, or {@code benign; malignant}
	 * @throws GlassboxException if something does not fit; the message says what
	 */
	public Explanation explain(final ImagePlus image, final ScoreFunction function, final String method,
		final Map<String, ?> options)
	{
		return one(explainAll(image, function, method, options), String.valueOf(options.get("target")));
	}

	/** A list of names, or a text with semicolons between; empty of null. */
	private static List<String> names(final Object names) {
		if (names instanceof Collection<?> all) return all.stream().map(String::valueOf).toList();
		return names == null ? List.of() : Arrays.stream(names.toString().split(";")).map(String::trim).toList();
	}

	/** Explains several targets of a function, for which altered copies are scored once. */
	public List<Explanation> explainAll(final ImagePlus image, final ScoreFunction function, final String method,
		final Map<String, ?> options)
	{
		final Map<String, Object> rest = new LinkedHashMap<>(options);
		final Understanding understanding = Understanding.ofFunction(names(rest.remove("classes")));
		final ExplainRequest request = ExplainRequest.of(Method.named(getContext(), method), understanding.pack().model(), rest,
			Progress.NONE);
		final int[] size = request.input().applyTo(understanding.settled().preprocessing()).size();
		final Model model = function.model(Arrays.stream(size).boxed().toList());
		return ImageExplanation.all(image, request, understanding, () -> Lease.of(model));
	}

	/** The settings with the model's own default layer, see {@link Method#withDefaultLayer}. */
	public Map<String, Object> withDefaultLayer(final Method method, final Path model,
		final Map<String, Object> settings)
	{
		return method.withDefaultLayer(settings, describe(model).layer());
	}

	/**
	 * The segments that a method would speak of.
	 *
	 * @param text {@code slic 50}, {@code rois}, a file of ROIs, a label image
	 * @param input how the image becomes the network's input, by the keys of {@link InputSettings}
	 * @return on the network's input for the current slice, or for the volume
	 * @throws GlassboxException if the image cannot be cut so
	 */
	public Segments segments(final ImagePlus image, final Path model, final String text, final Map<String, String> input) {
		return RegionSegments.of(image, prepared(image, model, input, ""), text);
	}

	/** Draws them over the image, see {@link #previewSegments(ImagePlus, Path, String, Map, String)}. */
	public int previewSegments(final ImagePlus image, final Path model, final String text, final Map<String, String> input) {
		return previewSegments(image, model, text, input, "");
	}

	/**
	 * Draws them over the image as an overlay named {@link SegmentOutlines#NAME}.
	 *
	 * @param others what the network takes beside the image, which tells where the image goes; empty for nothing
	 * @return how many there are
	 */
	public int previewSegments(final ImagePlus image, final Path model, final String text, final Map<String, String> input,
		final String others)
	{
		return RegionSegments.preview(image, prepared(image, model, input, others), text);
	}

	private Prepared prepared(final ImagePlus image, final Path model, final Map<String, String> input, final String others) {
		try (Lease lease = load(model, "auto", input)) {
			return preprocessor(understand(model), InputSettings.of(input), OtherInputs.image(others, lease.model())).prepare(image);
		}
	}

	// -- Results on the image --

	/** Puts an explanation on its image as a semi-transparent layer; returns the layer's name. */
	public String overlay(final ImagePlus image, final Explanation explanation) {
		return explanation.addTo(image, LayerStyle.of(explanation.map()));
	}

	/** Regions that hold the most relevance, for the ROI Manager. */
	public List<Roi> rois(final Explanation explanation) {
		return explanation.rois();
	}

	private static <T> ImagePlus imagePlus(final RandomAccessibleInterval<T> image) {
		if (image.numDimensions() != 2 && image.numDimensions() != 3) throw new GlassboxException(
			"An image of 2 or 3 spatial dimensions was expected, found " + image.numDimensions() + ".");
		return PixelArrays.toImagePlus("image", new NamedImage<>(image, image.numDimensions() == 2 ? List.of(Axis.X, Axis.Y)
			: List.of(Axis.X, Axis.Y, Axis.SLICE)));
	}
}
