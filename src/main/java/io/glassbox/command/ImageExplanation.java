package io.glassbox.command;

import io.glassbox.explain.Area;
import io.glassbox.explain.Attribution;
import io.glassbox.explain.Detection;
import io.glassbox.explain.DetectionTarget;
import io.glassbox.explain.DetectorModel;
import io.glassbox.explain.Explainer;
import io.glassbox.explain.PartProgress;
import io.glassbox.explain.Progress;
import io.glassbox.explain.Target;
import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Model;
import io.glassbox.graph.Port;
import io.glassbox.graph.ReorderedModel;
import io.glassbox.graph.Tensor;
import io.glassbox.image.BoxOutline;
import io.glassbox.image.Explained;
import io.glassbox.image.Geometry;
import io.glassbox.image.ImageInput;
import io.glassbox.image.OrthogonalViews;
import io.glassbox.image.Place;
import io.glassbox.image.Prepared;
import io.glassbox.image.Preprocessor;
import io.glassbox.model.InputSettings;
import io.glassbox.model.Lease;
import io.glassbox.model.ModelDescription;
import io.glassbox.model.Preprocessing;
import io.glassbox.model.Understanding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import ij.ImagePlus;
import ij.gui.Roi;

/**
 * Explains an image, place by place: each slice, or each volume, that a request asks for is prepared, explained and said
 * what the network makes of it. One object explains once.
 */
final class ImageExplanation {

	private final ImagePlus image;
	private final ExplainRequest request;
	private final ModelDescription description;
	private final Preprocessing how;
	private final Model model;
	private final Understanding understanding;
	private final Preprocessor preprocessor;
	private final OtherInputs others;
	private final RegionSegments regions;
	private final List<List<Explained>> partsOf = new ArrayList<>();
	private final List<Prediction> predictions = new ArrayList<>();
	private final List<List<Roi>> boxesOf = new ArrayList<>();
	private final Map<String, String> told = new LinkedHashMap<>();

	/**
	 * @param regions segments that the person gave, to be laid onto what is explained
	 * @throws GlassboxException if the network does not take what a description says
	 */
	private ImageExplanation(final ImagePlus image, final ExplainRequest request, final Understanding understanding,
		final Model model, final RegionSegments regions)
	{
		this.image = image;
		this.request = request;
		final Port seen = OtherInputs.image(request.others(), model);
		this.model = seen.equals(ImageInput.likely(model)) ? model : ReorderedModel.first(model, seen);
		description = understanding.settled();
		how = request.input().applyTo(description.preprocessing());
		this.understanding = understanding;
		this.regions = regions;
		others = GlassboxService.others(request.others(), this.model, understanding, request.input());
		preprocessor = GlassboxService.preprocessor(understanding, request.input(), seen);
	}

	/**
	 * Explains an image as the request says.
	 *
	 * @param network opens it, each time it is asked for
	 * @return an explanation for each target
	 */
	static List<Explanation> all(final ImagePlus image, final ExplainRequest request, final Understanding understanding,
		final Supplier<Lease> network)
	{
		ExplainCommand.requireImage(image);
		final ModelDescription description = understanding.settled();
		final Map<String, Object> settings = request.method().withDefaultLayer(request.settings(), description.layer());
		final RegionSegments regions = new RegionSegments(image);
		final StandIns standIns = new ImageStandIns(image, request.input().applyTo(description.preprocessing()), () -> {
			try (Lease lease = network.get()) {
				return GlassboxService.preprocessor(understanding, request.input(), OtherInputs.image(request.others(), lease.model()));
			}
		});
		final Explainer explainer = request.method().explainer(settings, new ImageSettings(standIns, regions::named));
		try (Lease lease = network.get()) {
			return new ImageExplanation(image, request, understanding, lease.model(), regions).by(explainer, settings);
		}
	}

	/**
	 * @param settings of the method that are told as its provenance
	 * @return an explanation for each target
	 */
	private List<Explanation> by(final Explainer explainer, final Map<String, Object> settings) {
		final List<Place> places = places();
		if (places.size() > 1 && TargetTexts.areSeveral(request.target())) throw new GlassboxException("Several targets, '" + request
			.target() + "', are explained of one slice at a time; choose slices=current, or one target.");
		if (request.views() != Views.NONE && (preprocessor.isVolume() ? image.getNSlices() : places.size()) < 2) throw OrthogonalViews
			.ofSingleSlice(image);
		for (final Place place : places) {
			request.progress().check();
			final Progress part = new PartProgress(request.progress(), predictions.size(), places.size());
			part.update(0, request.method().title() + " of " + image.getTitle());
			explain(place, explainer, part);
		}
		final Map<String, Object> used = new LinkedHashMap<>(request.method().defaults());
		used.putAll(settings);
		return IntStream.range(0, partsOf.size()).mapToObj(i -> explanation(i, used)).toList();
	}

	private Explanation explanation(final int target, final Map<String, Object> settings) {
		final List<Explained> parts = partsOf.get(target);
		final String which = partsOf.size() == 1 ? "" : parts.get(0).attribution().target().description();
		final Map<String, String> all = new LinkedHashMap<>(told);
		all.putAll(Provenance.of(image, request, understanding, how, settings, parts, predictions, model));
		if (!which.isEmpty()) all.put("Target", which + ", one of '" + request.target() + "'");
		return new Explanation(request.method(), image, parts, all, boxesOf.get(target), which);
	}

	private void add(final int target, final Explained part, final Optional<Roi> box) {
		while (partsOf.size() <= target) {
			partsOf.add(new ArrayList<>());
			boxesOf.add(new ArrayList<>());
		}
		partsOf.get(target).add(part);
		box.ifPresent(boxesOf.get(target)::add);
	}

	private List<Place> places() {
		final boolean current = request.slices() == ExplainRequest.Slices.CURRENT;
		if (!preprocessor.isVolume()) return current ? List.of(Place.current(image)) : Place.every(image);
		return current ? List.of(Place.volume(Place.current(image).frame())) : IntStream.rangeClosed(1, image.getNFrames())
			.mapToObj(Place::volume).toList();
	}

	private void explain(final Place place, final Explainer explainer, final Progress part) {
		final Prepared prepared = preprocessor.prepare(image, place);
		final List<Tensor> inputs = others.with(prepared.tensor());
		final LargeImage.Seen seen = new LargeImage(request.blocks()).seen(model, inputs, (done, of) -> {
			part.check();
			part.update((double) done / of, "block " + done + " of " + of + " of " + image.getTitle());
		});
		if (model.inputs().stream().filter(ImageInput::isImage).count() > 1) told.put("Image goes into", OtherInputs.image(request
			.others(), model).name());
		told.putAll(seen.told());
		if (seen.extents().isPresent()) {
			final Prepared smaller = resized(seen.extents().get()).prepare(image, place);
			explain(smaller, others.with(smaller.tensor()), model, explainer, part);
		}
		else explain(prepared, inputs, seen.model(), explainer, part);
	}

	private Preprocessor resized(final int[] extents) {
		final Map<String, String> input = new LinkedHashMap<>(request.input().asMap());
		input.put("inputsize", LargeImage.text(extents));
		return GlassboxService.preprocessor(understanding, InputSettings.of(input), OtherInputs.image(request.others(),
			model));
	}

	private void explain(final Prepared prepared, final List<Tensor> inputs, final Model seeing, final Explainer explainer,
		final Progress part)
	{
		tellSize(prepared.geometry());
		regions.lieOn(prepared);
		final Optional<DetectorModel> detector = GlassboxService.detector(description, seeing, request.probability(), inputs);
		if (detector.isPresent()) explainBoxes(detector.get(), inputs, prepared, explainer, part);
		else explainScore(inputs, prepared, seeing, explainer, part);
	}

	/** A network that saw other pixels than the image has is said to. */
	private void tellSize(final Geometry geometry) {
		final int[] own = geometry.spans().stream().mapToInt(Geometry.Span::image).toArray();
		final int[] seen = geometry.spans().stream().mapToInt(Geometry.Span::network).toArray();
		if (!Arrays.equals(own, seen)) told.putIfAbsent("Seen by the network", LargeImage.text(seen) + " pixels, of the image's " +
			LargeImage.text(own));
	}

	private void explainBoxes(final DetectorModel detector, final List<Tensor> inputs, final Prepared prepared,
		final Explainer explainer, final Progress part)
	{
		final List<DetectionTarget> targets = new TargetBox(request.box()).on(image, prepared, request.target(), description
			.classes(), detector, description.boxes(), () -> detector.score(inputs).get(0));
		final List<Attribution> found = ExplainedScore.attributions(explainer, detector, inputs, List.copyOf(targets), watched(part,
			prepared));
		told.put("Box", request.box());
		for (int i = 0; i < found.size(); i++) {
			final Attribution a = found.get(i);
			final Detection chosen = targets.get(i).chosen(a.output());
			told.put("Boxes", chosen.format().toString());
			add(i, new Explained(a, prepared), Optional.of(BoxOutline.of(chosen, a.target().description(), image, prepared.place())));
		}
		predictions.add(Prediction.ofBoxes(found.get(0).output(), description.classes(), targets.get(0).reading()));
	}

	private Progress watched(final Progress part, final Prepared prepared) {
		return new WatchedProgress(part, soFar -> request.watcher().accept(() -> Explanation.partial(request.method(), image,
			new Explained(soFar.get(), prepared))));
	}

	private void explainScore(final List<Tensor> inputs, final Prepared prepared, final Model seeing,
		final Explainer explainer, final Progress part)
	{
		final Area area = new TargetRegion(request.region()).on(image, prepared);
		final List<Target> targets = TargetTexts.of(request.target(), description.classes(), () -> Predictor.of(seeing.logits().score(inputs).get(0), model,
			description)).stream().map(text -> GlassboxService.target(text, description, area, request.mean())).toList();
		final List<ExplainedScore.Result> results = new ExplainedScore(seeing, description, request.probability()).explainAll(
			explainer, inputs, targets, watched(part, prepared));
		for (int i = 0; i < results.size(); i++)
			add(i, new Explained(results.get(i).attribution(), prepared), Optional.empty());
		predictions.add(Predictor.of(results.get(0).logits(), model, description));
	}
}
