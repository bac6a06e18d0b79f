package io.tiercel.functions.notification;

/** The end of a process at any point. An error, so that no code handles it. */
final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;
}
