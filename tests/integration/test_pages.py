from fastapi.testclient import TestClient

from viva.interviewers import Interviewers


def test_the_policy_is_a_page_with_the_head_of_all_pages(client: TestClient) -> None:
    answer = client.get("/grading")
    assert answer.status_code == 200
    assert "<h1>How Viva grades</h1>" in answer.text
    assert '<a href="/grading" aria-current="page">' in answer.text


def test_what_a_page_links_to_is_there(client: TestClient) -> None:
    page = client.get("/grading").text
    for path in ("/style/colors.css", "/style/pages.css"):
        assert path in page
        assert client.get(path).status_code == 200


def test_an_error_is_a_page_for_people_and_json_for_programs(client: TestClient) -> None:
    for_people = client.get("/interviews/nope/report.md", headers={"accept": "text/html"})
    assert for_people.status_code == 404
    assert "<p>There is no such interview.</p>" in for_people.text
    for_programs = client.get("/interviews/nope/report.md")
    assert for_programs.status_code == 404
    assert for_programs.json()["error"] == "There is no such interview."


def test_an_interview_can_be_downloaded(client: TestClient, interviewers: Interviewers) -> None:
    session = interviewers.of("local").start_on(("secure-system-design",))
    report = client.get(f"/interviews/{session.id}/report.json")
    assert report.json()["session_id"] == session.id
