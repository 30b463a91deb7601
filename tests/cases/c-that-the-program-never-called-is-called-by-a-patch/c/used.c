/* The program has this part of the archive from the start on. */
static int called;
int all;

int doubled(int number) {
    all += 1;
    return number * 2;
}

int calls(void) {
    return ++called;
}
