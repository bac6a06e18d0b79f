package io.tiercel.image;

/** Thrown if an image cannot be made. The message gives the reason and the remedy. */
final class ImageException extends RuntimeException {
    ImageException(String message) {
        super(message);
    }

    ImageException(String message, Throwable cause) {
        super(message, cause);
    }
}
