package io.tiercel.functions.respond.guard;

/** Stops every response at once. Asked before each step; whoever cannot read it treats it as thrown. */
public interface KillSwitch {
    /** A switch that is never thrown, where none is configured. */
    KillSwitch NONE = () -> false;

    /**
     * Whether it is thrown.
     *
     * @throws RuntimeException if it cannot be read, which means yes
     */
    boolean thrown();

    /** Whether it is thrown or cannot be read. */
    default boolean stops() {
        try {
            return thrown();
        } catch (RuntimeException e) {
            return true;
        }
    }
}
