package io.tiercel.sensor.heartbeat;

/**
 * A time in which the sensor did not watch.
 *
 * @param kind what happened
 * @param seconds length, at least 0
 */
public record WatchGap(Kind kind, double seconds) {
    /** Reasons why the sensor did not watch. */
    public enum Kind {
        /** The sensor was stopped in an orderly way, and started again. */
        RESTARTED("it was stopped in an orderly way"),
        /** The sensor was killed or crashed, and started again. */
        KILLED("it was killed or crashed"),
        /** The sensor was stopped in an orderly way before the node restarted. */
        REBOOTED("it was stopped in an orderly way, and the node was restarted"),
        /** The node restarted while the sensor was running. */
        LOST_NODE("the node was restarted while the sensor was running"),
        /** The whole process did not run, for example because of SIGSTOP or a frozen cgroup. */
        PROCESS_STOPPED("its process was stopped, or got no CPU time"),
        /** The event thread did not turn its loop, although the process was running. */
        EVENT_THREAD_STALLED("its event thread was stalled");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** Returns the reason as a clause about the sensor. */
        public String text() {
            return text;
        }

        /** Returns true if the sensor itself did not run. */
        public boolean wasDown() {
            return switch (this) {
                case RESTARTED, KILLED, REBOOTED, LOST_NODE -> true;
                case PROCESS_STOPPED, EVENT_THREAD_STALLED -> false;
            };
        }
    }
}
