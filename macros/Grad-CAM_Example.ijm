// Explains an image by Grad-CAM: opens it, runs the command, saves heatmap and overlay.
// In Fiji or in ImageJ with a display (also with -batch under a virtual one):
//   ImageJ -macro Grad-CAM_Example.ijm "model.onnx|image.png|outputfolder"
args = split(getArgument(), "|");
if (args.length < 3) exit("Give model, image and output folder, separated by |");
model = args[0];
folder = args[2];

open(args[1]);
title = getTitle();
run("Grad-CAM...", "image=[" + title + "] model=[" + model + "] target=top layer=auto out=[" + folder + "] rois=false");

selectImage("Grad-CAM of " + title);
getStatistics(area, mean, min, max);
print("strongest relevance: " + max);
run("Close All");
