package io.glassbox.graph.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.glassbox.graph.io.ScriptTree.Assign;
import io.glassbox.graph.io.ScriptTree.Binary;
import io.glassbox.graph.io.ScriptTree.Call;
import io.glassbox.graph.io.ScriptTree.ClassOf;
import io.glassbox.graph.io.ScriptTree.Conditional;
import io.glassbox.graph.io.ScriptTree.Declare;
import io.glassbox.graph.io.ScriptTree.Evaluate;
import io.glassbox.graph.io.ScriptTree.Expression;
import io.glassbox.graph.io.ScriptTree.Function;
import io.glassbox.graph.io.ScriptTree.Literal;
import io.glassbox.graph.io.ScriptTree.Member;
import io.glassbox.graph.io.ScriptTree.Name;
import io.glassbox.graph.io.ScriptTree.Pass;
import io.glassbox.graph.io.ScriptTree.Statement;
import io.glassbox.graph.io.ScriptTree.TupleOf;
import io.glassbox.graph.io.ScriptTree.Unary;

/** The Python subset, construct by construct. */
class ScriptParserTest {

	private static List<Statement> parse(final String source) {
		return ScriptParser.parse("net.pt: code/net.py", source);
	}

	private static Expression expression(final String source) {
		return assertInstanceOf(Evaluate.class, parse(source).get(0)).expression();
	}

	@ParameterizedTest
	@CsvSource({ "7, 7", "9223372036854775807, 9223372036854775807" })
	void wholeNumbersAreLongs(final String source, final long value) {
		assertEquals(new Literal(value), expression(source));
	}

	@ParameterizedTest
	@CsvSource({ "0., 0", "1.0000000000000001e-05, 1e-5", "1e-05, 1e-5", "inf, Infinity" })
	void otherNumbersAreDoubles(final String source, final double value) {
		assertEquals(new Literal(value), expression(source));
	}

	@Test
	void stringsAreUnescaped() {
		assertEquals(new Literal("key's\n\"A\""), expression("\"key\\'s\\n\\\"\\101\\\"\""));
	}

	@Test
	void productsBindStrongerThanSums() {
		assertEquals(new Binary("-", new Binary("+", new Name("a"), new Binary("*", new Name("b"), new Unary("-", new Name(
			"c")))), new Name("d")), expression("a + b * -c - d"));
	}

	@Test
	void choiceKeepsItsThreeParts() {
		assertEquals(new Conditional(new Name("c"), new Name("a"), new Name("b")), expression("a if c else b"));
	}

	@Test
	void callsMayRunOverLinesAndEndInAComma() {
		assertEquals(new Call(new Member(new Name("torch"), "add"), List.of(new Name("a"), new Name("b")), Map.of("alpha",
			new Literal(2L))), expression("torch.add(a,\n    b, alpha=2, )"));
	}

	@Test
	void tuplesAreUnpacked() {
		final Assign a = assertInstanceOf(Assign.class, parse("a, b, = f").get(0));
		assertEquals(new TupleOf(List.of(new Name("a"), new Name("b"))), a.target());
	}

	@Test
	void classHoldsAttributesConstantsAndMethods() {
		final ClassOf c = assertInstanceOf(ClassOf.class, parse("""
			class Net(Module):
			  __parameters__ = []
			  eps : Final[float] = 1e-05
			  training : bool

			  def forward(self: __torch__.Net,
			    x: Tensor,
			    scale: Optional[float]=None) -> Tuple[Tensor, int]:
			    if torch.__is__(scale, None):
			      pass
			    else:
			      return x
			    return x
			""").get(0));
		assertEquals(4, c.body().size());
		assertEquals(new Literal(1e-5), assertInstanceOf(Declare.class, c.body().get(1)).value());
		final Function forward = assertInstanceOf(Function.class, c.body().get(3));
		assertEquals(List.of("self", "x", "scale"), forward.parameters().stream().map(p -> p.name()).toList());
		assertEquals(2, forward.body().size());
	}

	@ParameterizedTest
	@ValueSource(strings = { "a = ", "def f(:\n  pass", "if a:\nb", "class A:\n  x\n y", "f(a", "\"open", "a ? b" })
	void whatIsNoPythonIsReportedWithItsPlace(final String source) {
		final ScriptSyntaxException e = assertThrows(ScriptSyntaxException.class, () -> parse(source));
		assertTrue(e.getMessage().startsWith("net.pt: code/net.py, line "), e.getMessage());
	}

	@Test
	void deepNestingIsRefusedBeforeTheStackEnds() {
		assertThrows(ScriptSyntaxException.class, () -> parse("(".repeat(100_000)));
		assertThrows(ScriptSyntaxException.class, () -> parse("-".repeat(100_000) + "1"));
	}

	/** PyTorch 1.3 and before name the files in which classes are. */
	@Test
	void importsOfOldFilesSayNothing() {
		assertEquals(List.of(new Pass(), new Evaluate(new Literal(7L))), parse("import __torch__.torch.nn\n7\n"));
	}
}
