package io.glassbox.command;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.glassbox.graph.Network;
import io.glassbox.graph.Operator;
import io.glassbox.graph.Port;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.TorchExecutor;

import ai.djl.Device;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import org.scijava.plugin.Plugin;

class CancelTest {

	private static final CountDownLatch STARTED = new CountDownLatch(1);

	/** One pass through a network that takes minutes, which never asks whether it should go on. */
	@Plugin(type = org.scijava.command.Command.class, menuPath = "Plugins>Examples>Endless...")
	public static class Endless extends GlassboxCommand {

		@Override
		protected void execute() {
			final Network.Builder b = Network.builder().input("x0", Port.ANY, 256, 256);
			for (int i = 0; i < 200_000; i++)
				b.node("x" + (i + 1), "", Operator.of("MatMul"), "x" + i, "x" + i);
			try (TorchExecutor executor = new TorchExecutor(b.output("x200000").build(), Device.cpu())) {
				STARTED.countDown();
				executor.score(List.of(Tensor.zeros(1, 256, 256)));
			}
		}
	}

	@Test
	void cancelEndsEvenOnePassWithinASecond() throws Exception {
		try (Context context = new Context(CommandService.class, GlassboxService.class)) {
			final Module module = context.service(ModuleService.class).createModule(context.service(CommandService.class)
				.getCommand(Endless.class));
			final Thread runner = new Thread(module::run, "endless");
			runner.start();
			assertTrue(STARTED.await(60, TimeUnit.SECONDS));
			Thread.sleep(300);
			assertTrue(runner.isAlive());
			((org.scijava.Cancelable) module).cancel("enough");
			runner.join(1000);
			assertFalse(runner.isAlive(), "still running a second after it was cancelled");
		}
	}
}
