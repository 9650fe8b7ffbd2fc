# Needs no account and no network: with a mock, Terraform starts the provider only to read its schema and validate arguments.
mock_provider "maas" {
  mock_data "maas_workspace" {
    defaults = {
      id        = "1f0e8a5c6b7d4e3f9a2b1c0d5e6f7a81"
      owner     = "alice"
      auth_type = "private"
    }
  }
}

run "owner_is_allowed" {
  command = plan

  variables {
    name   = "fraud-detection"
    owners = ["alice", "bob"]
  }

  assert {
    condition     = output.id == "1f0e8a5c6b7d4e3f9a2b1c0d5e6f7a81"
    error_message = "The output must be the workspace's ID."
  }
}

run "owner_is_not_allowed" {
  command = plan

  variables {
    name   = "fraud-detection"
    owners = ["bob"]
  }

  expect_failures = [data.maas_workspace.this]
}
