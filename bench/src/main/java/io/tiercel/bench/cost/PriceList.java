package io.tiercel.bench.cost;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * List prices of one region.
 *
 * @param region the region
 * @param date when the prices were valid, ISO 8601
 * @param source where they come from
 * @param usd price of each resource in USD
 */
public record PriceList(String region, String date, String source, Map<Resource, Double> usd) {
    private static final String FILE = "prices.properties";

    /** Reads the file of this project. */
    static PriceList read() {
        Properties file = new Properties();
        try (InputStream in = Objects.requireNonNull(PriceList.class.getResourceAsStream(FILE), FILE)) {
            file.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<Resource, Double> usd = new EnumMap<>(Resource.class);
        for (Resource resource : Resource.values()) {
            usd.put(resource, Double.valueOf(text(file, resource.name())));
        }
        return new PriceList(text(file, "region"), text(file, "date"), text(file, "source"), Map.copyOf(usd));
    }

    private static String text(Properties file, String key) {
        return Objects.requireNonNull(file.getProperty(key), key);
    }

    /** Returns the price of a quantity. */
    double of(Resource resource, double quantity) {
        return quantity * Objects.requireNonNull(usd.get(resource));
    }
}
