package io.tiercel.bench.live;

import java.util.Map;

/**
 * One start of a sensor.
 *
 * @param sensor name of the sensor
 * @param number number of the start, starting at 1
 * @param seconds time from process start to the first alert
 * @param readySeconds the sensor's own time from process start until it was ready; 0 if it does not report it
 * @param phases seconds that each part of the start took, as the sensor reports them; empty if it does not
 */
record SensorStart(String sensor, int number, double seconds, double readySeconds, Map<String, Double> phases) {}
