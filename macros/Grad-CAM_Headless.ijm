// The same where there is no display at all: plain ImageJ cannot run("...") then, but can call:
//   java -Djava.awt.headless=true -Dplugins.dir=imagej -cp ij.jar ij.ImageJ -batch Grad-CAM_Headless.ijm "model.onnx|image.png|outputfolder"
args = split(getArgument(), "|");
if (args.length < 3) exit("Give model, image and output folder, separated by |");
result = call("io.glassbox.Macro.run", "Grad-CAM",
	"model=[" + args[0] + "] image=[" + args[1] + "] target=top layer=auto out=[" + args[2] + "]");
print(result);
