package io.glassbox.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Tensor;
import io.glassbox.graph.io.ModelFile;
import io.glassbox.graph.io.Npy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The service: settings that last, and an end with the context. */
class ModelManagerTest {

	@TempDir
	Path folder;

	private Context context;
	private ModelManager models;
	private FakeModel fake;
	private Path file;

	@BeforeEach
	void start() throws IOException {
		context = new Context(ModelManager.class);
		models = start(context);
		file = Files.writeString(folder.resolve("net.onnx"), "x");
	}

	private ModelManager start(final Context c) {
		final ModelManager manager = c.service(ModelManager.class);
		manager.use((path, device, size) -> fake = new FakeModel(100), new Devices(() -> 0, Device::toString, () -> {}));
		return manager;
	}

	@AfterEach
	void stop() {
		models.setDevice(DeviceChoice.AUTO);
		models.setCpuBudget(0);
		context.dispose();
	}

	@Test
	void lendsListsAndUnloads() {
		try (Lease lease = models.acquire(file)) {
			assertEquals(100, lease.model().bytes());
			assertTrue(models.list().get(0).inUse());
		}
		assertTrue(models.unload(file));
		assertEquals(List.of(), models.list());
		models.acquire(file).close();
		models.unloadAll();
		assertTrue(fake.isClosed());
	}

	@Test
	void opensARealNetworkAndWeighsItsEngines() throws Exception {
		models.use((path, device, size) -> ModelFile.open(path, device), new Devices());
		final Path real = Path.of(getClass().getResource("/reference/gapcnn/model.onnx").toURI());
		final Tensor input = Npy.read(Path.of(getClass().getResource("/reference/gapcnn/input.npy").toURI()));
		final long before;
		try (Lease lease = models.acquire(real, DeviceChoice.CPU)) {
			before = models.list().get(0).bytes();
			lease.model().score(List.of(input));
		}
		assertTrue(models.list().get(0).bytes() > before, "an engine made at first use is counted when the lease ends");
	}

	@Test
	void endsWithItsContext() {
		models.acquire(file).close();
		final FakeModel mine = fake;
		final Context other = new Context(ModelManager.class);
		final ModelManager others = start(other);
		assertNotSame(models, others);
		others.acquire(file).close();
		other.dispose();
		assertTrue(fake.isClosed());
		assertTrue(!mine.isClosed(), "two contexts do not disturb each other");
		assertThrows(GlassboxException.class, () -> others.acquire(file));
		models.acquire(file).close();
	}

	@Test
	void remembersDeviceAndBudget() {
		models.setDevice(DeviceChoice.gpu(1));
		models.setCpuBudget(12345);
		final Context later = new Context(ModelManager.class);
		try {
			assertEquals(DeviceChoice.gpu(1), later.service(ModelManager.class).device());
			assertEquals(12345, later.service(ModelManager.class).cpuBudget());
			assertThrows(GlassboxException.class, () -> models.acquire(file), "there is no GPU here");
		}
		finally {
			later.dispose();
		}
		assertThrows(GlassboxException.class, () -> models.setCpuBudget(-1));
	}

	@Test
	void aSmallerBudgetUnloads() {
		models.acquire(file).close();
		models.setCpuBudget(99);
		assertTrue(fake.isClosed());
	}

	@Test
	void remembersChoicesByRealPath() throws IOException {
		final RememberedSettings remembered = models.remembered();
		assertEquals(Map.of(), remembered.get(file));
		remembered.put(file, Map.of("resize", "crop", "layer", "features.12"));
		remembered.put(file, Map.of("resize", "letterbox"));
		final Path link = Files.createSymbolicLink(folder.resolve("link.onnx"), file);
		assertEquals(Map.of("resize", "letterbox"), models.remembered().get(link));
		assertEquals(Map.of(), remembered.get(folder.resolve("other.onnx")));
	}
}
