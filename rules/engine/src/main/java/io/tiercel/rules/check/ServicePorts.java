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
 * Service names and their ports.
 *
 * <p>The table is part of the engine, so that rules do not depend on the {@code /etc/services} of a node.
 */
public final class ServicePorts {
    private static final Map<String, Integer> PORTS = read();
    private static final Map<Integer, String> NAMES = new HashMap<>();

    static {
        PORTS.forEach((name, port) -> NAMES.putIfAbsent(port, name));
    }

    private ServicePorts() {}

    /** Returns the port of a service, or -1 if the name is unknown. */
    static int port(String name) {
        return PORTS.getOrDefault(name, -1);
    }

    /** Returns the first service name of a port, or the port number if it has no name. */
    public static String name(long port) {
        return NAMES.getOrDefault((int) port, Long.toString(port));
    }

    private static Map<String, Integer> read() {
        try (InputStream in = Objects.requireNonNull(ServicePorts.class.getResourceAsStream("services.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            Map<String, Integer> ports = new LinkedHashMap<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.startsWith("#")) {
                    int space = line.indexOf(' ');
                    ports.put(line.substring(0, space), Integer.valueOf(line.substring(space + 1)));
                }
            }
            return ports;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource services.txt", e);
        }
    }
}
