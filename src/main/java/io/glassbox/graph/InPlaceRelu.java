package io.glassbox.graph;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A ReLU that writes over its operand.
 * <p>
 * DJL offers none, but it runs TorchScript, in which one is a program of one line. The program is written here, as
 * libtorch expects it: source code and pickled attributes in a zip archive.
 * </p>
 */
final class InPlaceRelu {

	private static final String CODE = """
		class Relu(Module):
		  training : bool
		  def forward(self: __torch__.Relu,
		    x: Tensor) -> Tensor:
		    return torch.relu_(x)
		""";

	/** Protocol 2; an object of {@code __torch__.Relu} without arguments; its state: {@code training} is false. */
	private static final String STATE = "\u0080\u0002c__torch__\nRelu\n)\u0081}(X\b\0\0\0training\u0089ub.";

	/** An empty tuple. */
	private static final String CONSTANTS = "\u0080\u0002).";

	private InPlaceRelu() {}

	/** Loads the program once, whoever comes first; it stays for good. */
	private static final class Holder {

		static final PtSymbolBlock PROGRAM = load();

		private static PtSymbolBlock load() {
			try {
				return JniUtils.loadModule((PtNDManager) Torch.newManager(Device.cpu()), new ByteArrayInputStream(archive()), false,
					false);
			}
			catch (final IOException e) {
				throw new UncheckedIOException(e);
			}
		}
	}

	private static byte[] archive() throws IOException {
		final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
			add(zip, "relu/version", "3\n");
			add(zip, "relu/data.pkl", STATE);
			add(zip, "relu/code/__torch__.py", CODE);
			add(zip, "relu/constants.pkl", CONSTANTS);
		}
		return bytes.toByteArray();
	}

	private static void add(final ZipOutputStream zip, final String name, final String content) throws IOException {
		zip.putNextEntry(new ZipEntry(name));
		zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
		zip.closeEntry();
	}

	/** @param recorded whether gradients are recorded on this thread */
	static void apply(final PtNDArray x, final boolean recorded) {
		IValueUtils.forward(Holder.PROGRAM, new NDList(x), recorded).close();
	}
}
