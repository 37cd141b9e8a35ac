// What regions of an image contribute, without a display: LIME by segments that SLIC cuts, for the two best classes at once; SHAP,
// exactly, by regions that a person outlined, here those of a label image (a .zip of ROIs does as well).
//   java -Djava.awt.headless=true -Dplugins.dir=imagej -cp ij.jar ij.ImageJ -batch Segments_Headless.ijm "model.onnx|image.png|labels.png|outputfolder"
args = split(getArgument(), "|");
if (args.length < 4) exit("Give model, image, label image and output folder, separated by |");
common = "model=[" + args[0] + "] image=[" + args[1] + "] out=[" + args[3] + "]";
print(call("io.glassbox.Macro.run", "LIME", common + " target=[top 2] segments=[slic 50] samples=auto"));
print(call("io.glassbox.Macro.run", "SHAP", common + " segments=[" + args[2] + "] algorithm=exact"));
