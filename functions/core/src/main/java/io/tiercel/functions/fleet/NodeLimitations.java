package io.tiercel.functions.fleet;

import java.util.Map;

/** Descriptions of what a sensor cannot see on its node, by the codes of heartbeats. */
public final class NodeLimitations {
    private static final Map<String, String> DESCRIPTIONS = Map.of(
            "io_uring", "requests of io_uring are not captured",
            "arguments_at_exit", "another thread can change paths and addresses before the sensor reads them",
            "arguments_changed_twice",
                    "a path or address that another thread changes twice during a call is not noticed",
            "rejected_programs", "the kernel rejected optional programs",
            "pid_namespace", "the sensor runs without hostPID");

    private NodeLimitations() {}

    /** Returns the description of a code, without a period at the end; the code itself if a newer sensor sent it. */
    public static String describe(String code) {
        return DESCRIPTIONS.getOrDefault(code, code);
    }
}
