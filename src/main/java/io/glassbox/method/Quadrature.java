package io.glassbox.method;

import io.glassbox.graph.GlassboxException;
import io.glassbox.graph.Names;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;

/** Where between 0 and 1 an integral is sampled, and what each sample weighs. The names are Captum's. */
public enum Quadrature {

		/** Exact for polynomials of twice the degree as there are steps. */
		GAUSSLEGENDRE {

			@Override
			Nodes nodes(final int steps) {
				final GaussIntegrator g = new GaussIntegratorFactory().legendre(steps, 0, 1);
				final double[] at = new double[steps];
				final double[] weights = new double[steps];
				for (int i = 0; i < steps; i++) {
					at[i] = g.getPoint(i);
					weights[i] = g.getWeight(i);
				}
				return new Nodes(at, weights);
			}
		},
		/** Both ends count half. */
		RIEMANN_TRAPEZOID {

			@Override
			Nodes nodes(final int steps) {
				if (steps == 1) return RIEMANN_MIDDLE.nodes(1);
				final Nodes n = even(steps, i -> i / (steps - 1.0), 1.0 / (steps - 1));
				n.weights[0] /= 2;
				n.weights[steps - 1] /= 2;
				return n;
			}
		},
		RIEMANN_LEFT {

			@Override
			Nodes nodes(final int steps) {
				return even(steps, i -> i / (double) steps, 1.0 / steps);
			}
		},
		RIEMANN_MIDDLE {

			@Override
			Nodes nodes(final int steps) {
				return even(steps, i -> (i + 0.5) / steps, 1.0 / steps);
			}
		},
		RIEMANN_RIGHT {

			@Override
			Nodes nodes(final int steps) {
				return even(steps, i -> (i + 1.0) / steps, 1.0 / steps);
			}
		};

	/** As people write them. */
	public static final List<String> NAMES = Arrays.stream(values()).map(v -> v.name().toLowerCase(Locale.ROOT)).toList();

	/** Places from 0 to 1, and weights whose sum is 1. */
	record Nodes(double[] at, double[] weights) {}

	private interface Place {

		double of(int i);
	}

	/** @param steps how many samples, at least 1 */
	abstract Nodes nodes(int steps);

	private static Nodes even(final int steps, final Place place, final double weight) {
		final double[] at = new double[steps];
		final double[] weights = new double[steps];
		for (int i = 0; i < steps; i++)
			at[i] = place.of(i);
		Arrays.fill(weights, weight);
		return new Nodes(at, weights);
	}

	/** @throws GlassboxException if there is no such rule; the message lists those there are */
	public static Quadrature parse(final String text) {
		for (final Quadrature q : values())
			if (q.name().equalsIgnoreCase(text.trim())) return q;
		throw new GlassboxException(Names.unknown("rule of integration", text, NAMES));
	}
}
