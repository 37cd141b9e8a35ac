package io.glassbox.method;

/** How a mask is looked for: what it is made of, what it should be like, and how its cells move. */
interface MaskSearch {

	MaskCells cells();

	/** What all cells are at first. */
	double start();

	/** How much a reward of one weighs against what the mask should be like. */
	double rewardWeight();

	/** Adds the derivative, by the mask, of what it should not be like. */
	void addToPlaces(double[] mask, double[] byPlace, int move);

	/** Adds the derivative by the cells of what they should not be like. */
	void addToCells(double[] cells, double[] byCell);

	/** Moves the cells downhill, within 0 and 1. */
	void move(double[] cells, double[] byCell, int move);
}
