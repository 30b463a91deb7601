static int count;

int shared_doubled(int number) {
    count += 1;
    return number * 2;
}

int shared_tripled(int number) {
    return number * 3;
}

int shared_count(void) {
    return count;
}
