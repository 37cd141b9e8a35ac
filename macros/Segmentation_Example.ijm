// Explains what a network that segments says: of all it found, of one pixel, of a selection.
//   ImageJ -macro Segmentation_Example.ijm "mammo-seg.onnx|image.png|lesion|outputfolder"
// Samples > Mammogram Phantom... gives the image and writes mammo-seg.onnx into .glassbox/models in the home folder.
args = split(getArgument(), "|");
if (args.length < 4) exit("Give model, image, class and output folder, separated by |");
common = "model=[" + args[0] + "] target=[" + args[2] + "] rois=false";
folder = args[3];

open(args[1]);
title = getTitle();
x = round(getWidth() / 2);
y = round(getHeight() / 2);
run("Grad-CAM...", "image=[" + title + "] " + common + " region=auto out=[" + folder + "/found]");
run("Gradient...", "image=[" + title + "] " + common + " region=[" + x + "," + y + "] out=[" + folder + "/pixel]");
selectImage(title);
makeOval(x - 12, y - 12, 24, 24);
run("Gradient...", "image=[" + title + "] " + common + " region=roi out=[" + folder + "/selection]");
run("Close All");
