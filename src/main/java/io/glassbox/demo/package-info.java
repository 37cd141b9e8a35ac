/**
 * Something to try: mammogram-like phantoms with known truth, and three small networks trained on them.
 * <p>
 * Begin with {@link io.glassbox.demo.Phantoms}, which draws the pictures, and
 * {@link io.glassbox.demo.TrainDemo}, which trains {@code mammo-cnn}, its confounded twin and
 * {@code mammo-seg} again from nothing. {@link io.glassbox.demo.DemoNetworks} and {@link io.glassbox.demo.DemoImages} hand out what
 * ships with the product. Nothing here is of clinical use.
 * </p>
 */
package io.glassbox.demo;
