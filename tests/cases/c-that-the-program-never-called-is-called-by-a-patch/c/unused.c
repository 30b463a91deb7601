/* Only patches call what is in this part. */
extern int all;
static int counted = 40;
static int nothing[4096];
static __thread int of_this_thread = 70;

int tripled(int number) {
    return number * 3;
}

int count(void) {
    return ++counted;
}

int total(void) {
    return all;
}

int local(void) {
    return ++of_this_thread;
}

int zero(void) {
    return nothing[counted];
}
