package io.tiercel.rules.check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Ports by service name, and services by port. The table travels with the engine, so that a rule means the same on every node whatever its
 * {@code /etc/services} holds.
 */
public final class ServicePorts {
    private static final Map<String, Integer> PORTS = read();
    private static final Map<Integer, String> NAMES = new HashMap<>();

    static {
        PORTS.forEach((name, port) -> NAMES.putIfAbsent(port, name));
    }

    private ServicePorts() {}

    /** The port of a service; -1 if the name is unknown. */
    static int port(String name) {
        return PORTS.getOrDefault(name, -1);
    }

    /** The first service of the table on a port; the port as a number if it has none. */
    public static String name(long port) {
        return NAMES.getOrDefault((int) port, Long.toString(port));
    }

    private static Map<String, Integer> read() {
        try (InputStream in = Objects.requireNonNull(ServicePorts.class.getResourceAsStream("services.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            Map<String, Integer> ports = new LinkedHashMap<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) {
                    int blank = line.indexOf(' ');
                    ports.put(line.substring(0, blank), Integer.valueOf(line.substring(blank + 1)));
                }
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException("services.txt cannot be read from the jar", e);
        }
    }
}
