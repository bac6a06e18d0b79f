package io.tiercel.sensor.procfs;

/** Ends a thread whose read returned too late: another thread has replaced it. */
final class AbandonedReadException extends InterruptedException {
    private static final long serialVersionUID = 1L;
}
