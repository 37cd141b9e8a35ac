package io.glassbox.command;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;

import org.junit.jupiter.params.provider.Arguments;

/**
 * How options are written, and what comes of it: the one table that macros of plain ImageJ, SciJava's
 * fields and the command line are held against.
 */
public final class OptionCases {

	private OptionCases() {}

	/** Options, key, and the value's text. */
	public static Stream<Arguments> good() {
		return Stream.of( //
			arguments("", "relu", "true"), //
			arguments("  ", "target", "top"), //
			arguments("absolute", "absolute", "true"), //
			arguments("absolute=true", "absolute", "true"), //
			arguments("absolute=TRUE", "absolute", "true"), //
			arguments("absolute=1", "absolute", "true"), //
			arguments("relu=false", "relu", "false"), //
			arguments("relu=no sigma=1", "relu", "false"), //
			arguments("sigma=2.5", "sigma", "2.5"), //
			arguments("SIGMA=2.5", "sigma", "2.5"), //
			arguments("sigma=1e-3", "sigma", "0.001"), //
			arguments("sigma=[2.5]", "sigma", "2.5"), //
			arguments("steps=50", "steps", "50"), //
			arguments("steps=50.0", "steps", "50"), //
			arguments("target=benign", "target", "benign"), //
			arguments("target=[cat - dog]", "target", "cat - dog"), //
			arguments("target=[a [b] c] sigma=1", "target", "a [b] c"), //
			arguments("target='two words'", "target", "two words"), //
			arguments("target=a[1].tif", "target", "a[1].tif"), //
			arguments("target=a=b", "target", "a=b"), //
			arguments("target=[]", "target", ""), //
			arguments("target= sigma=1", "target", ""), //
			arguments("target=[sigma=9]", "sigma", "1.0"), //
			arguments("lut=Magma", "lut", "magma"), //
			arguments("mode=slow", "mode", "SLOW"), //
			arguments("out=[no such folder yet]", "out", "no such folder yet"));
	}

	/** Options, and what the one sentence about them holds. */
	public static Stream<Arguments> bad() {
		return Stream.of( //
			arguments("lut=jet", "No lut 'jet'. There are: viridis, magma."), //
			arguments("mode=none", "No mode 'none'. There are: FAST, SLOW."), //
			arguments("sigma=abc", "'sigma' takes a number from 0 to 10, found 'abc'"), //
			arguments("sigma", "'sigma' takes a number from 0 to 10, found 'true'"), //
			arguments("sigma=", "'sigma' takes a number from 0 to 10, found ''"), //
			arguments("sigma=NaN", "'sigma' takes a number from 0 to 10, found 'NaN'"), //
			arguments("sigma=-0.1", "'sigma' takes a number from 0 to 10, found '-0.1'"), //
			arguments("sigma=1e999", "'sigma' takes a number from 0 to 10"), //
			arguments("steps=0", "'steps' takes a whole number of at least 1, found '0'"), //
			arguments("steps=2.5", "'steps' takes a whole number of at least 1, found '2.5'"), //
			arguments("steps=99999999999", "'steps' takes a whole number of at least 1"), //
			arguments("relu=maybe", "'relu' takes true or false, found 'maybe'"), //
			arguments("sigmma=2", "No option 'sigmma'. Nearest of 10: sigma"), //
			arguments("model=[/no/such/model.onnx]", "There is no file /no/such/model.onnx (option 'model')"), //
			arguments("model=/", "'model' takes a file, but / is a folder"), //
			arguments("image=[no such image]", "No image with the title 'no such image' is open"), //
			arguments("target=[top", "'target' begins with [ which is never closed"), //
			arguments("target = top", "write key=value without blanks"), //
			arguments("sigma=1 sigma=2", "'sigma' is given twice"));
	}
}
