package io.tiercel.sensor.state;

/** Hears of containers, in the middle of a change of the state: what follows from it is done later. */
public interface ContainerListener {
    /** Hears of none. */
    ContainerListener NONE = new ContainerListener() {
        @Override
        public void found(String id) {}

        @Override
        public void gone(String id) {}
    };

    /** A container is there whose whole id was not known. */
    void found(String id);

    /** A container has ended and been forgotten. */
    void gone(String id);
}
