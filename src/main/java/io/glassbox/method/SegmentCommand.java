package io.glassbox.method;

import io.glassbox.command.ExplainCommand;
import io.glassbox.explain.Explainer;
import io.glassbox.perturb.Absence;
import io.glassbox.perturb.AbsentValues;
import io.glassbox.perturb.Segmentation;
import io.glassbox.perturb.Segmentations;

import org.scijava.plugin.Parameter;
import org.scijava.widget.Button;

/** The settings that methods share which attribute to segments of the image. */
abstract class SegmentCommand extends ExplainCommand {

	/** See {@link Absence#SEGMENT_MEAN}. */
	static final String SEGMENT_MEAN = "segment-mean";

	/** See {@link Absence#INPAINT}. */
	static final String INPAINT = "inpaint";

	@Parameter(label = "Segments", persist = false,
		description = ExplainCommand.SEGMENTS_HELP)
	private String segments = Segmentations.DEFAULT;

	@Parameter(label = "Preview segments", required = false, persist = false, callback = "preview",
		description = "Draws the segments over the image.")
	private Button preview;

	@Parameter(label = "Baseline", persist = false,
		description = "What an absent segment is: segment-mean (its own mean), inpaint (filled smoothly from around), zero, mean, min or " +
			"max of the channel, blur, 'blur 10%', noise, 'colour 255 255 255' as in the image, 'value 0.5' of the network's input, or " +
			"a file: an image, or a tensor as .npy.")
	private String baseline = baselineByDefault();

	@Parameter(label = "Absent values", persist = false, columns = 10,
		description = "What values beside the image are that are absent, clinical ones, say: 0, or 'clinical=60, 0, 1'.")
	private String absent = "0";

	@Parameter(label = "Absolute", persist = false,
		description = "Show magnitudes: what matters, rather than what speaks for and against.")
	private boolean absolute;

	void preview() {
		previewSegments(segments);
	}

	/** What an absent segment is unless chosen otherwise. */
	protected String baselineByDefault() {
		return "mean";
	}

	/** The method with its settings. */
	protected abstract Explainer explainer(Segmentation segmentation, Absence absent, boolean magnitudes);

	@Override
	protected final Explainer explainer() {
		return explainer(segmentation(segments), absence().with(AbsentValues.parse(absent)), absolute);
	}

	private Absence absence() {
		if (baseline.trim().equalsIgnoreCase(INPAINT)) return Absence.INPAINT;
		return baseline.trim().equalsIgnoreCase(SEGMENT_MEAN) ? Absence.SEGMENT_MEAN : Absence.as(baselines().one(baseline));
	}
}
