/* The program was linked with this library, but does not load it, as it uses nothing of it. */
int alone(void) {
    return 11;
}
