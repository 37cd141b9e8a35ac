package io.glassbox.command.bridge.driver;

import static io.glassbox.command.bridge.driver.Person.await;
import static io.glassbox.command.bridge.driver.Person.awaitThat;
import static io.glassbox.command.bridge.driver.Person.choose;
import static io.glassbox.command.bridge.driver.Person.labels;
import static io.glassbox.command.bridge.driver.Person.photograph;
import static io.glassbox.command.bridge.driver.Person.press;
import static io.glassbox.command.bridge.driver.Person.pressOk;
import static io.glassbox.command.bridge.driver.Person.say;

import java.awt.TextField;
import java.io.File;
import java.util.Arrays;
import java.util.stream.Collectors;

import ij.IJ;
import ij.ImageJ;
import ij.ImagePlus;
import ij.WindowManager;
import ij.gui.GenericDialog;
import ij.gui.ImageRoi;
import ij.gui.Roi;
import ij.measure.ResultsTable;
import ij.plugin.frame.RoiManager;

/** A person who looks at segments in LIME's dialog, explains by them, and then explains two classes at once with SHAP. */
public final class LimeDriver {

	private static final int SAMPLES = 4; // model, target, region, box, samples, segments
	private static final int SEGMENTS = 5;

	private LimeDriver() {}

	/** Takes the files of image and model, and a folder for pictures of the screen. */
	public static void main(final String... files) throws Exception {
		new ImageJ();
		final ImagePlus image = IJ.openImage(files[0]);
		image.show();
		lime(image, files[1], new File(files[2]));
		shap(image, files[1], new File(files[2]));
		System.exit(0);
	}

	private static void lime(final ImagePlus image, final String model, final File pictures) throws Exception {
		final GenericDialog dialog = choose("LIME...");
		write(dialog, 0, model);
		say("labels", labels(dialog));
		say("fits a small screen", dialog.getHeight() < 720 && dialog.getWidth() < 1000);
		write(dialog, SAMPLES, "200");
		write(dialog, SEGMENTS, "grid 12");
		press(dialog, "Preview segments");
		await(image::getOverlay);
		say("previewed", Arrays.stream(image.getOverlay().toArray()).map(Roi::getName).distinct().collect(Collectors.joining(", ")));
		photograph(new File(pictures, "lime-dialog.png"));
		pressOk(dialog);
		final ImagePlus heatmap = await(() -> WindowManager.getImage("LIME of " + image.getTitle()));
		awaitThat(() -> IJ.getLog() != null && IJ.getLog().contains("stability"));
		say("heatmap", heatmap.getWidth() + " x " + heatmap.getHeight());
		final ResultsTable table = ResultsTable.getResultsTable("Regions of " + heatmap.getTitle());
		say("segments", table.size() == RoiManager.getInstance().getCount() && table.size() > 1);
		say("columns", table.getColumnHeadings().trim().replaceAll("\\s+", " "));
		photograph(new File(pictures, "lime.png"));
		RoiManager.getInstance().close();
		IJ.log("\\Clear");
	}

	private static void shap(final ImagePlus image, final String model, final File pictures) throws Exception {
		IJ.selectWindow(image.getID());
		final GenericDialog dialog = choose("SHAP...");
		write(dialog, 0, model);
		write(dialog, 1, "top 2");
		say("SHAP fits a small screen", dialog.getHeight() < 720 && dialog.getWidth() < 1000);
		pressOk(dialog);
		awaitThat(() -> IJ.getLog() != null && IJ.getLog().split("sum of all values").length > 2);
		say("layers", Arrays.stream(image.getOverlay().toArray()).filter(r -> r instanceof ImageRoi).map(Roi::getName).filter(n -> n
			.contains("SHAP")).count());
		photograph(new File(pictures, "shap.png"));
	}

	private static void write(final GenericDialog dialog, final int field, final String text) {
		((TextField) dialog.getStringFields().get(field)).setText(text);
	}
}
