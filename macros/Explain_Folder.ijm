// Explains every image of a folder, with or without a display; files as the command line writes them go to the output
// folder, and so does summary.csv with a line for each image:
//   java -Djava.awt.headless=true -Dplugins.dir=imagej -cp ij.jar ij.ImageJ -batch Explain_Folder.ijm "model.onnx|images|results|grad-cam"
// The method is grad-cam unless given. Files whose names end in _mask are left out.
args = split(getArgument(), "|");
if (args.length < 3) exit("Give model, image folder, output folder and, if not grad-cam, method, separated by |");
model = args[0];
folder = endingWith(args[1], "/");
out = endingWith(args[2], "/");
method = "grad-cam";
if (args.length > 3) method = args[3];

files = imagesIn(folder);
if (files.length == 0) exit("There is no TIFF, PNG, JPEG or DICOM image in " + folder);
File.makeDirectory(out);
table = "image,prediction,probability,explained,score,layer,max,peak x,peak y,seconds\n";
start = getTime();
for (i = 0; i < files.length; i++) {
	before = getTime();
	result = call("io.glassbox.Macro.run", method,
		"model=[" + model + "] image=[" + folder + files[i] + "] out=[" + out + "] rois=false");
	seconds = (getTime() - before) / 1000;
	heatmap = told(result, "heatmap=");
	selectImage(heatmap);
	line = "" + quoted(files[i]) + "," + quoted(told(result, "Prediction: ")) + "," + told(result, "Probability: ") + "," +
		quoted(told(result, "Explained: ")) + "," + told(result, "Score: ") + "," + quoted(told(result, "layer: ")) +
		"," + peak() + "," + d2s(seconds, 3);
	close();
	table = table + line + "\n";
	print((i + 1) + "/" + files.length + " " + line);
	showProgress(i + 1, files.length);
}
File.saveString(table, out + "summary.csv");
print(files.length + " images in " + d2s((getTime() - start) / 1000, 1) + " s; summary in " + out + "summary.csv");

function endingWith(path, end) {
	if (endsWith(path, end)) return path;
	return path + end;
}

function imagesIn(folder) {
	images = newArray();
	all = getFileList(folder);
	for (i = 0; i < all.length; i++)
		if (matches(toLowerCase(all[i]), ".*\\.(tiff?|png|jpe?g|dcm)") && !matches(all[i], ".*_mask\\.[^.]*"))
			images = Array.concat(images, all[i]);
	return images;
}

// What stands behind the key in the line that begins with it, spaces aside.
function told(text, key) {
	lines = split(text, "\n");
	for (k = 0; k < lines.length; k++) {
		line = String.trim(lines[k]);
		if (startsWith(line, "summary=")) line = substring(line, 8);
		if (startsWith(line, key)) return substring(line, lengthOf(key));
	}
	return "";
}

function quoted(text) {
	if (indexOf(text, ",") < 0 && indexOf(text, "\"") < 0) return text;
	return "\"" + replace(text, "\"", "\"\"") + "\"";
}

// Highest value of the current image and the first place that has it.
function peak() {
	getStatistics(area, mean, min, max);
	for (y = 0; y < getHeight(); y++)
		for (x = 0; x < getWidth(); x++)
			if (getPixel(x, y) == max) return "" + max + "," + x + "," + y;
	return "" + max + ",,";
}
