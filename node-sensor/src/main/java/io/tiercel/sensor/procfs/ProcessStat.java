package io.tiercel.sensor.procfs;

/** The text of {@code /proc/PID/stat} (proc_pid_stat(5)). The name of the process may contain any character but a zero byte. */
final class ProcessStat {
    /** Indexes of fields after the closing parenthesis of the name. */
    private static final int STATE = 0;

    private static final int PARENT = 1;
    private static final int GROUP = 2;
    private static final int SESSION = 3;
    private static final int TTY = 4;
    private static final int MINOR_FAULTS = 7;
    private static final int MAJOR_FAULTS = 9;
    private static final int THREADS = 17;
    private static final int START = 19;
    private static final int ARGUMENTS = 45;

    private final String comm;
    private final String[] fields;

    /**
     * Parses the text.
     *
     * @param text the bytes of the file; empty if the process has ended
     */
    ProcessStat(String text) {
        int end = text.lastIndexOf(')');
        comm = end < 0 ? "" : text.substring(text.indexOf('(') + 1, end);
        fields = text.substring(end + 1).strip().split(" ");
    }

    /** Returns false if the process has ended, so that its other values are empty or 0. */
    boolean isComplete() {
        return fields.length > START;
    }

    /** Returns true if all threads of the process have ended. */
    boolean isZombie() {
        return isComplete() && fields[STATE].equals("Z") && number(THREADS) <= 1;
    }

    /** Returns the name, as a byte string. */
    String comm() {
        return comm;
    }

    /** Returns the pid of the parent; 0 if there is none. */
    int parent() {
        return number(PARENT);
    }

    int group() {
        return number(GROUP);
    }

    int session() {
        return number(SESSION);
    }

    int tty() {
        return number(TTY);
    }

    long minorFaults() {
        return number(MINOR_FAULTS);
    }

    long majorFaults() {
        return number(MAJOR_FAULTS);
    }

    /** Returns the start time since boot, in hundredths of a second (USER_HZ). */
    long startTicks() {
        return isComplete() ? Long.parseLong(fields[START]) : 0;
    }

    /** Returns the address of the arguments in the memory of the process; 0 if the kernel hides it. */
    long argumentsAddress() {
        return fields.length > ARGUMENTS ? Long.parseUnsignedLong(fields[ARGUMENTS]) : 0;
    }

    private int number(int index) {
        return index < fields.length ? ProcessReader.number(fields[index]) : 0;
    }
}
